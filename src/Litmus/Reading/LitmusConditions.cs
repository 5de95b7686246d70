using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>The condition codes that a comparison decides.</summary>
internal static class LitmusConditions
{
    /// <summary>All of them, for error messages.</summary>
    public const string Names = "EQ, NE, LT, LE, GT, GE, LO, CC, LS, HI, HS, CS";

    public static LitmusComparison? Find(string name) => name.ToUpperInvariant() switch
    {
        "EQ" => LitmusComparison.Equal,
        "NE" => LitmusComparison.NotEqual,
        "LT" => LitmusComparison.SignedLess,
        "LE" => LitmusComparison.SignedLessOrEqual,
        "GT" => LitmusComparison.SignedGreater,
        "GE" => LitmusComparison.SignedGreaterOrEqual,
        "LO" or "CC" => LitmusComparison.Lower,
        "LS" => LitmusComparison.LowerOrSame,
        "HI" => LitmusComparison.Higher,
        "HS" or "CS" => LitmusComparison.HigherOrSame,
        _ => null,
    };
}
