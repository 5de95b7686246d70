using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>What one CPU does and another can wait for, in <see cref="FlushAnswers"/>.</summary>
/// <param name="Kind">What changes.</param>
/// <param name="Word">The name of a word of the protocol's own; empty for the flag and an interrupt.</param>
/// <param name="Value">What the word is set to; null where something is added.</param>
internal readonly record struct FlushSignal(FlushSignalKind Kind, string Word = "", int? Value = null)
{
    public static FlushSignal Interrupt { get; } = new(FlushSignalKind.Interrupt);

    /// <summary>What a step tells other CPUs; null for a step that tells them nothing.</summary>
    public static FlushSignal? EmittedBy(Step step) => step switch
    {
        SetWord set => new(FlushSignalKind.Word, set.Name, set.Value),
        AddToWord add => new(FlushSignalKind.Word, add.Name),
        CountIn => new(FlushSignalKind.Count),
        ClearFlag => new(FlushSignalKind.Release),
        SendIpi => Interrupt,
        _ => null,
    };

    /// <summary>Whether a step goes on only after such a change, or may be its first that finds it.</summary>
    public bool IsAwaitedBy(Step step) => step switch
    {
        AwaitWord wait => IsWord(wait.Name, wait.Operand),
        SkipUnlessWord skip => IsWord(skip.Name, skip.Operand),
        AwaitAll => Kind == FlushSignalKind.Count,
        AwaitRelease => Kind == FlushSignalKind.Release,
        _ => false,
    };

    private bool IsWord(string name, WordOperand operand) => Kind == FlushSignalKind.Word && Word == name
        && (Value is not { } value || operand.OfCpus || operand.Number == value);
}

internal enum FlushSignalKind
{
    Word,
    Count,
    Release,
    Interrupt,
}
