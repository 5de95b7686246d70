using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The words whose invalid descriptors a walk begun early may have read for an access of a protocol that must not
/// fault; see <see cref="EarlyWalks"/>. A word's bit is its place in <see cref="WatchedWord.All"/>.
/// </summary>
internal sealed class EarlyFaults
{
    private readonly ImmutableArray<(uint Bit, uint Leading, uint Own)> _words;

    private EarlyFaults(EntryUniverse universe, IEnumerable<WatchedWord> words)
    {
        // A walk that read a pte was for the pte's own page; other walks find what a member of a group provides for
        // another page.
        _words = [.. words.Select(w => (BitOf(w), universe.LeadingTo(w), OwnEntries(universe, w)))];
        Words = _words.Aggregate(0u, (mask, w) => mask | w.Bit);
    }

    /// <summary>All words, as a mask.</summary>
    public uint Words { get; }

    /// <summary>The words of a protocol; null where no access can fault by a descriptor from before.</summary>
    public static EarlyFaults? Of(EntryUniverse universe, MapChangeGoal scene, ProtocolScript script)
    {
        uint asked = script.AllSteps.Select(s => s.Step).OfType<AccessPage>().Where(a => !a.Expected.MayFault)
            .Aggregate(0u, (mask, a) => mask | OnTheWayTo(a));
        if (asked == 0)
            return null;
        var cleared = script.AllSteps.SelectMany(s => DescriptorStore.Writes(s.Step))
            .Where(w => w.Content == WordContent.None).Select(w => w.Word).OfType<WatchedWord>().ToHashSet();
        var words = WatchedWord.All.Where(w => (BitOf(w) & asked) != 0
            && (cleared.Contains(w) || scene.Initial[w] == WordContent.None)).ToList();
        return words.Count > 0 ? new(universe, words) : null;
    }

    private static uint OwnEntries(EntryUniverse universe, WatchedWord word)
    {
        var (geometry, va) = (universe.Machine.Geometry, word.Address(universe.Machine));
        return universe.Entries.Where(e => e.Word == word && (word.IsPmd || e.Entry.Covers(geometry, va)))
            .Aggregate(0u, (mask, e) => mask | e.Bit);
    }

    /// <summary>A word's bit.</summary>
    public static uint BitOf(WatchedWord word) => 1u << WatchedWord.All.IndexOf(word);

    /// <summary>The words that a walk for an access may read.</summary>
    public static uint OnTheWayTo(AccessPage access) => WatchedWord.All
        .Where(w => w.Range == access.Range && (w.IsPmd || w.Page == access.Page))
        .Aggregate(0u, (mask, w) => mask | BitOf(w));

    /// <summary>The words that a walk can reach from some entries.</summary>
    public uint ReachedFrom(uint entries)
    {
        uint reached = 0;
        foreach (var (bit, leading, _) in _words)
            reached |= (leading & entries) != 0 ? bit : 0;
        return reached;
    }

    /// <summary>The words of which a TLBI names every entry for the word's own address.</summary>
    /// <param name="scope">The entries that it names.</param>
    public uint NamedBy(uint scope)
    {
        uint named = 0;
        foreach (var (bit, _, own) in _words)
            named |= own != 0 && (own & ~scope) == 0 ? bit : 0;
        return named;
    }
}
