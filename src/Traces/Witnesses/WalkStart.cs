using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>Where a walk of a CPU begins, and under which ASID it looks addresses up.</summary>
/// <param name="Vmid">The VMID of stage 2; null of stage 1, where VTTBR_EL2 has it.</param>
/// <param name="CanWalk">A miss walks: EPDn is 0. Otherwise only cached entries answer.</param>
/// <param name="IsNewest">Each register has the value that was written last.</param>
internal readonly record struct WalkStart(
    LintedHalf Half, ulong Root, ushort Asid, ushort? Vmid, bool CanWalk, bool IsNewest);
