using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>Two entries that one TLB holds and that must not be held together.</summary>
/// <param name="Held">The older one.</param>
/// <param name="Added">The one that a walk makes behind the event.</param>
internal readonly record struct Contradiction(
    VirtualAddress Va, HeldEntry Held, HeldEntry Added, OverlapVerdict Verdict);
