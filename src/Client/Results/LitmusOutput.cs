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
    /// The final states without blanks around them: herd prints some before faults where a test names no value.
    /// </summary>
    public IEnumerable<string> States =>
        Result?.States.Select(s => s.Trim()).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>();

    /// <summary>Whether both models agree.</summary>
    public bool Agrees => Result is { } found && Expected is { } expected
        && States.SequenceEqual(expected.States)
        && found.Flags.Order(StringComparer.Ordinal).SequenceEqual(expected.Flags);

    /// <summary>What the comparison says; a test that ran out of time or memory says nothing.</summary>
    public Verdict Verdict => Result is { IsComplete: false } ? Verdict.NotDecided : VerdictWords.Of(!Agrees);
}
