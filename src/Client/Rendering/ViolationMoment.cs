using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// The position of a violation in a trace. A violation has no time of its own, since a speculative walk has none.
/// </summary>
internal static class ViolationMoment
{
    /// <summary>
    /// The time in picoseconds since the boot began: for overlapping entries the time at which CPU 0 changes the
    /// tables, otherwise the CPU's last step.
    /// </summary>
    public static long Of(BootReport report, ViolationReport violation)
    {
        int cpu = violation.Cpu ?? 0;
        var steps = IsOverlap(violation)
            ? report.Trace.Where(e => e.Cpu == 0 && e.Name.StartsWith("split", StringComparison.Ordinal))
            : report.Trace.Where(e => e.Cpu == cpu);
        return steps.Concat(report.Trace.Take(1)).Max(e => (long?)e.Ended) ?? 0;
    }

    public static bool IsOverlap(ViolationReport violation) =>
        violation.Rule == Property.TlbConflict.Name || violation.Rule == Property.ConflictAbortPossible.Name;
}
