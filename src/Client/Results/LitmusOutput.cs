using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Client.Results;

/// <summary>What became of one file: a result, or the line that says what is wrong with it.</summary>
internal sealed record LitmusOutput(string File, LitmusResult? Result, string? Error)
{
    /// <summary>What another model says; null where it says nothing.</summary>
    public ExpectedOutcome? Expected { get; init; }

    /// <summary>Whether both say the same.</summary>
    public bool Agrees => Result is { } found && Expected is { } expected
        && found.States.SequenceEqual(expected.States) && found.Flags.Order(StringComparer.Ordinal).SequenceEqual(expected.Flags);
}
