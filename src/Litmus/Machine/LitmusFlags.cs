using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// What the flags of PSTATE stem from: a comparison of two numbers, or of the result of ANDS, BICS or TST with 0.
/// </summary>
/// <param name="IsLogical">ANDS, BICS and TST clear C and V, whatever the result is.</param>
internal readonly record struct LitmusFlags(long Left, long Right, bool IsLogical)
{
    /// <summary>Whether a condition holds.</summary>
    public bool Holds(LitmusComparison condition) => condition switch
    {
        LitmusComparison.Equal => Left == Right,
        LitmusComparison.NotEqual => Left != Right,
        LitmusComparison.SignedLess => Left < Right,
        LitmusComparison.SignedLessOrEqual => Left <= Right,
        LitmusComparison.SignedGreater => Left > Right,
        LitmusComparison.SignedGreaterOrEqual => Left >= Right,
        LitmusComparison.Lower => IsLogical || (ulong)Left < (ulong)Right,
        LitmusComparison.LowerOrSame => IsLogical || (ulong)Left <= (ulong)Right,
        LitmusComparison.Higher => !IsLogical && (ulong)Left > (ulong)Right,
        LitmusComparison.HigherOrSame => !IsLogical && (ulong)Left >= (ulong)Right,
        _ => throw new ArgumentOutOfRangeException(nameof(condition), condition, "no such condition"),
    };

    public void Write(StateWriter writer)
    {
        writer.Put(Left);
        writer.Put(Right);
        writer.Put(IsLogical ? 1 : 0);
    }
}
