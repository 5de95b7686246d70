using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Checking.Checks;

/// <summary>What became of a mutant.</summary>
/// <param name="Report">Without a counterexample's lanes, which nobody reads a hundred times.</param>
public sealed record MutantVerdict(Mutant Mutant, CheckReport Report)
{
    /// <summary>Events of the protocol on the shortest way to the violation; null where it holds.</summary>
    public int? Length => Report.Violated.IsEmpty || Report.Verdict != CheckVerdict.Violated ? null : Report.Counterexample?.Length;
}
