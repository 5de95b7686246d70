using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Client.Results;

/// <summary>A cost with its inputs, ready to print.</summary>
/// <param name="TlbOrigin">Where the TLBs come from.</param>
/// <param name="AtBoot">The repaint that the machine's boot needs; null if it needs none.</param>
internal sealed record CostPage(
    MachineCost Cost, string TlbOrigin, int ScatterPercent, CostParameters Parameters, RepaintCost? AtBoot)
{
    /// <summary>Secondaries that wait while the boot repaints.</summary>
    public int Waiting => Cost.Machine.Cpus.Count(c => !c.Late) - 1;

    /// <summary>For how long the boot's repaint stops them, as the report of the boot has it.</summary>
    public ModelTime StoppedAtBoot =>
        ModelTime.OfSeconds(AtBoot?.StoppedSeconds(Cost.Machine, Parameters) ?? 0);
}
