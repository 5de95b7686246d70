using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Verdicts.Counterexamples;

/// <summary>A TLB entry that a violation is about, with the descriptors that its walk read.</summary>
/// <param name="Name">Its name in lanes: "2M block below text".</param>
/// <param name="Start">The first address that it translates, or leads on for.</param>
/// <param name="Last">The last one, inclusive.</param>
/// <param name="Output">What the first address translates to; for a table entry, the next table.</param>
/// <param name="Walk">The descriptors from the root on; the last one is the entry's own.</param>
public sealed record WalkedEntry(
    string Name, VirtualAddress Start, VirtualAddress Last, PhysicalAddress Output,
    ImmutableArray<WalkedDescriptor> Walk);

/// <summary>A descriptor as a walk read it.</summary>
/// <param name="Level">The level of the table that holds it.</param>
public readonly record struct WalkedDescriptor(Level Level, Descriptor Value);
