using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Comparison;
using Orleans.Mmu.Audit.Findings;

namespace Orleans.Mmu.Audit.Reports;

/// <summary>What an audit found.</summary>
/// <param name="Kind">What the map was read from.</param>
/// <param name="Root">The physical address of the root table; null for a ptdump.</param>
/// <param name="Release">The kernel's release, where the dump says it.</param>
/// <param name="Leaves">Leaf entries of the whole map.</param>
/// <param name="Runs">Runs of leaves that agree.</param>
/// <param name="Tables">Tables by level; empty for a ptdump.</param>
/// <param name="DirectMap">The lines DirectMap4k and so on, in kB.</param>
/// <param name="Findings">In order of rule, then of address.</param>
/// <param name="Omitted">Findings that are only counted.</param>
/// <param name="Notes">What was assumed, what cannot be judged, and what is unusual and known.</param>
/// <param name="Comparison">The comparison with a machine, where one was given.</param>
public sealed record AuditReport(AuditedKind Kind, TranslationGeometry Geometry, PhysicalAddress? Root, string? Release,
    long Leaves, long Runs, IReadOnlyDictionary<Level, long> Tables,
    IReadOnlyList<KeyValuePair<string, long>> DirectMap, IReadOnlyList<AuditFinding> Findings, long Omitted,
    IReadOnlyList<string> Notes, MachineComparison? Comparison)
{
    /// <summary>Whether something is wrong: a rule is broken, or the map is not the machine's.</summary>
    public bool IsWrong => Findings.Count > 0 || Comparison is { Differences.Count: > 0 };
}
