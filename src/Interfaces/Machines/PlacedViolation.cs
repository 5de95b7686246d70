using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>A violation of a boot with its place in the boot's timeline.</summary>
/// <param name="Cpu">The CPU on whose lane it is; 0 also where the violation concerns the machine.</param>
/// <param name="At">Model time since the boot began, in picoseconds.</param>
/// <param name="Phase">The protocol's phase; empty before the first.</param>
public readonly record struct PlacedViolation(ViolationReport Violation, int Cpu, long At, string Phase)
{
    /// <summary>
    /// The violations of a report in its order. In a report of an earlier version, whose timeline has none, each comes
    /// after the last step of its CPU.
    /// </summary>
    public static ImmutableArray<PlacedViolation> Of(BootReport report)
    {
        TraceEvent[] placed = [.. report.Trace.Where(e => e.Kind == TraceEventKind.Violation)];
        return placed.Length == report.Violations.Length
            ? [.. report.Violations.Zip(placed, (v, e) => new PlacedViolation(v, e.Cpu, e.Began, e.Phase))]
            : [.. report.Violations.Select(v => AfterSteps(report, v))];
    }

    private static PlacedViolation AfterSteps(BootReport report, ViolationReport violation)
    {
        int cpu = violation.Cpu ?? 0;
        var last = report.Trace.Where(e => e.Kind == TraceEventKind.Step && e.Cpu == cpu)
            .DefaultIfEmpty(new(cpu, "", "", 0, 0)).MaxBy(e => e.Ended);
        return new(violation, cpu, last.Ended, last.Phase);
    }
}
