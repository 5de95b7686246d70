using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Arm.Processors;

/// <summary>The effect of one speculative walk on a TLB.</summary>
/// <param name="Walk">How the walk ended; a fault caches nothing (R_XCLRD).</param>
/// <param name="Entry">The entry that the walk cached.</param>
/// <param name="Overlap">An older entry that contradicts a new one.</param>
/// <param name="Added">
/// The new entry that <paramref name="Overlap"/> contradicts; a walk caches table entries too.
/// </param>
/// <param name="Verdict">What the CPU's BBM level says of the two.</param>
public readonly record struct SpeculativeFill(
    WalkResult Walk, TlbEntry Entry, TlbEntry? Overlap, TlbEntry Added, OverlapVerdict Verdict);
