using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Checking.Checks;

/// <summary>The verdict on a mutant.</summary>
/// <param name="Report">The report of its check, with a counterexample if a property is violated.</param>
public sealed record MutantVerdict(Mutant Mutant, CheckReport Report)
{
    /// <summary>
    /// Number of the protocol's events on the shortest path to the violation; null if the mutant holds.
    /// </summary>
    public int? Length =>
        Report.Violated.IsEmpty || Report.Verdict != CheckVerdict.Violated ? null : Report.Counterexample?.Length;
}
