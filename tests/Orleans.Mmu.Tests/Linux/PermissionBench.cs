using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Ranges and areas whose permissions tests change.</summary>
internal static class PermissionBench
{
    public const ulong Gigabyte = 0x8000_0000;
    public const ulong Block = 0x20_0000;
    public const ulong ReadOnlyBit = 1UL << 7;
    public const ulong WriteBit = 1UL << 51;

    public static bool IsReadOnly(Descriptor leaf) => (leaf.Bits & ReadOnlyBit) != 0 && (leaf.Bits & WriteBit) == 0;

    public static LinearRange Range(SplitBench bench, ulong pa, ulong bytes) =>
        new(bench.At(pa), bench.At(pa + bytes));

    // Pages 5 MiB apart: none is a neighbour of another.
    public static ImmutableArray<PhysicalAddress> Scattered(int pages) =>
        [.. Enumerable.Range(1, pages).Select(i => new PhysicalAddress(Gigabyte + (ulong)i * 0x50_3000))];

    public static VmallocArea Area(SplitBench bench, int pages) =>
        new VmallocSpace(bench.Kernel).Map(bench.Editor, Scattered(pages));
}
