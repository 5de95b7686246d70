using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>Where a violation belongs in a trace. It carries no time of its own: a walk that nobody asked for has none.</summary>
internal static class ViolationMoment
{
    /// <summary>Ticks: entries overlap while CPU 0 changes the tables; everything else is what the CPU did last.</summary>
    public static long Of(BootReport report, ViolationReport violation)
    {
        int cpu = violation.Cpu ?? 0;
        var steps = IsOverlap(violation)
            ? report.Trace.Where(e => e.Cpu == 0 && e.Name.StartsWith("split", StringComparison.Ordinal))
            : report.Trace.Where(e => e.Cpu == cpu);
        return steps.Concat(report.Trace.Take(1)).Max(e => (long?)(e.Ticks + e.Duration)) ?? 0;
    }

    public static bool IsOverlap(ViolationReport violation) =>
        violation.Rule == Property.TlbConflict.Name || violation.Rule == Property.ConflictAbortPossible.Name;
}
