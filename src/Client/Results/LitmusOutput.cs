using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Client.Results;

/// <summary>The result of one file, or the one-line error about it.</summary>
internal sealed record LitmusOutput(string File, LitmusResult? Result, string? Error)
{
    /// <summary>The other model's outcome; null if it has none for this file.</summary>
    public ExpectedOutcome? Expected { get; init; }

    /// <summary>
    /// Final states that the other model does not have. Blanks around a state do not count: herd prints some before
    /// faults where a test names no value.
    /// </summary>
    public IEnumerable<string> NotExpected => Without(Result!.States, Expected!.States);

    /// <summary>Whether time or memory ran out before every state was found.</summary>
    public bool IsCut => Result is { IsComplete: false };

    /// <summary>Final states that only the other model has; a search that was cut does not say which.</summary>
    public IEnumerable<string> Missing => IsCut ? [] : Without(Expected!.States, Result!.States);

    /// <summary>Whether both models agree; a search that was cut does not show it.</summary>
    public bool Agrees => Result is { IsComplete: true } found && Expected is { } expected
        && !NotExpected.Any() && !Missing.Any()
        && found.Flags.Order(StringComparer.Ordinal).SequenceEqual(expected.Flags);

    /// <summary>What the comparison says; a test that ran out of time or memory says nothing.</summary>
    public Verdict Verdict => IsCut ? Verdict.NotDecided : VerdictWords.Of(!Agrees);

    private static IEnumerable<string> Without(IEnumerable<string> states, IEnumerable<string> others)
    {
        var known = others.Select(o => o.Trim()).ToHashSet();
        return states.Where(s => !known.Contains(s.Trim()));
    }
}
