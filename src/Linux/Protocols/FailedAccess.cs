using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>An explicit access that did not reach memory.</summary>
/// <param name="Address">The address that the CPU accessed.</param>
/// <param name="Result">The fault or the TLB conflict abort.</param>
public readonly record struct FailedAccess(VirtualAddress Address, AccessResult Result);
