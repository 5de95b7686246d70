using System.Collections.Immutable;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Viewer.Counterexamples;

/// <summary>A word of counterexamples, and its meaning for readers who do not know the documentation.</summary>
/// <param name="Marks">Parts of an event's text in which the word occurs.</param>
internal sealed record Term(string Word, string Says, ImmutableArray<string> Marks)
{
    private static readonly ImmutableArray<Term> All =
    [
        new("speculative load", "A CPU may load from any mapped address at any time, whatever its program says. The "
            + "load translates its address by a walk of the tables, and the TLB may keep what the walk has read.",
            ["speculative load"]),
        new("TLB may hold", "The entries that the CPU can have cached by then. A CPU need not hold them; the "
            + "property has to hold even if it does.", [""]),
        new("walkers may see", "A store first waits in its CPU's store buffer (pending). At this event it leaves the "
            + "buffer: from here on a walk of any CPU may read the new descriptor.", ["walkers may see"]),
        new("pgd, pmd, pte", "The descriptors of the tables of levels 1, 2 and 3. pmd(below text) is a block or "
            + "leads to the table of pte[0](below text), pte[1](below text) …", ["pmd(", "pte["]),
        new("below text, above rodata", "The parts of the linear map in front of the kernel's text and behind "
            + "its read-only data. The checked machine has a few descriptors of each.", ["below text", "above rodata"]),
        new("flag", "A word in memory by which CPUs meet: each secondary adds 1 when it waits, and CPU 0 sets it to "
            + "0 when they may go on.", ["flag"]),
        new("BBM level", "What a CPU allows while a translation changes its size (FEAT_BBM): at level 0 two entries "
            + "for one address may be mixed into one that neither is; at level 2 without aborts both may be there.",
            ["BBM level"]),
        new("CnP", "CPUs whose roots carry it may use entries that another one has cached.", ["both roots carry CnP"]),
    ];

    /// <summary>The words that a counterexample uses.</summary>
    public static IEnumerable<Term> Of(Counterexample found) =>
        All.Where(t => t.Marks.Any(m => found.Events.Any(e => e.Action.Contains(m, StringComparison.Ordinal))));
}
