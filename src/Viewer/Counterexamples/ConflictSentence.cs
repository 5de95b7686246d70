using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Viewer.Counterexamples;

/// <summary>Which load at which moment makes a conflict of two entries, in sentences.</summary>
/// <param name="Answer">The load and its event.</param>
/// <param name="Reason">What made the conflict possible, and why the CPU must not hold both entries.</param>
internal sealed record ConflictSentence(string Answer, string Reason)
{
    /// <summary>Null where the violation is not a conflict of two entries that a load completes.</summary>
    public static ConflictSentence? Of(Counterexample found)
    {
        int last = Enumerable.Range(0, found.Events.Length)
            .FirstOrDefault(i => EventRoles.Of(found, i) == EventRole.LastFill, -1);
        if (found.Entries is not [var first, var second] || last < 0)
            return null;
        var load = found.Events[last];
        var (brought, held) = LoadedEntry.Brings(load, first.Name) && !LoadedEntry.Brings(load, second.Name)
            ? (first, second) : (second, first);
        string what = load.Kind == EventKind.Share ? "entry that CPU {0} takes from another CPU at event {1}"
            : "speculative load of CPU {0} at event {1}";
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        string answer = $"The {string.Format(culture, what, load.Cpu, last + 1)} makes the conflict.";
        string before = "";
        if (found.DecisiveStore is { } visible && visible < last)
        {
            string word = found.Events[visible].Store?.Word ?? "descriptor";
            before = found.DecisiveStep is { } step
                ? string.Create(culture,
                    $"Event {step + 1} stored the new {word}, and from event {visible + 1} on walks may see it. ")
                : string.Create(culture, $"From event {visible + 1} on walks may see the new {word}. ");
        }

        return new(answer, $"{before}The load's walk caches the {brought.Name}, while CPU {found.Cpu}'s TLB may still "
            + $"hold the {held.Name} for the same address: nothing has removed it from there.");
    }
}
