using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Arm.Processors;

/// <summary>How an explicit access ended.</summary>
/// <param name="Fault">None, or why there was no translation.</param>
/// <param name="Physical">The address reached.</param>
/// <param name="Hit">Whether the TLB answered.</param>
/// <param name="Outcome">What the CPU did where several entries answered; otherwise it used the one there was.</param>
public readonly record struct AccessResult(
    WalkFault Fault, Level Level, PhysicalAddress Physical, bool Hit, OverlapOutcomes Outcome =
        OverlapOutcomes.OneEntry)
{
    /// <summary>Whether memory was reached: neither a fault nor a TLB conflict abort.</summary>
    public bool ReachedMemory => Fault == WalkFault.None && Outcome != OverlapOutcomes.ConflictAbort;
}
