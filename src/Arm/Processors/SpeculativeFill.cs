using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Arm.Processors;

/// <summary>What one speculative walk did to a TLB.</summary>
/// <param name="Walk">How the walk ended; a fault leaves nothing behind (R_XCLRD).</param>
/// <param name="Entry">What it cached.</param>
/// <param name="Overlap">An entry that was there already and contradicts a new one.</param>
/// <param name="Added">The new entry that it contradicts; a walk caches table entries too.</param>
/// <param name="Verdict">What this CPU's level says of the two.</param>
public readonly record struct SpeculativeFill(
    WalkResult Walk, TlbEntry Entry, TlbEntry? Overlap, TlbEntry Added, OverlapVerdict Verdict);
