using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>Two entries that one TLB holds and that must not be held together.</summary>
/// <param name="Held">The one that was there.</param>
/// <param name="Added">The one that the walk has brought.</param>
internal readonly record struct Contradiction(VirtualAddress Va, TlbEntry Held, TlbEntry Added, OverlapVerdict Verdict);
