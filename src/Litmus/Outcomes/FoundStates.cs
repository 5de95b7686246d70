namespace Orleans.Mmu.Litmus.Outcomes;

/// <summary>The final states that a search has found, and which of them satisfy the condition's proposition.</summary>
internal sealed class FoundStates
{
    private readonly SortedSet<string> _all = new(StringComparer.Ordinal);
    private readonly HashSet<string> _positive = new(StringComparer.Ordinal);
    private readonly HashSet<string> _negative = new(StringComparer.Ordinal);

    /// <summary>Every final state in herd's form, sorted.</summary>
    public IReadOnlyCollection<string> All => _all;

    /// <summary>How many satisfy the proposition.</summary>
    public int Positive => _positive.Count;

    /// <summary>How many do not.</summary>
    public int Negative => _negative.Count;

    public void Add(string state, bool satisfies)
    {
        _all.Add(state);
        (satisfies ? _positive : _negative).Add(state);
    }
}
