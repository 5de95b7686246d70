using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>TLB entries as walks would bring them, without the walk.</summary>
internal static class TestEntries
{
    public static TlbEntry Leaf(
        TranslationGeometry geometry, VirtualAddress va, Level level, PhysicalAddress pa, ushort asid = 0,
        bool contiguous = false, Func<LeafAttributes, LeafAttributes>? change = null, int source = 0) =>
        TlbEntry.ForLeaf(geometry, va, Walk(geometry, va, level, pa, contiguous, change), asid, source);

    public static TlbEntry Group(
        TranslationGeometry geometry, VirtualAddress va, Level level, PhysicalAddress pa, ushort asid = 0,
        Func<LeafAttributes, LeafAttributes>? change = null, int source = 0) =>
        TlbEntry.ForGroup(geometry, va, Walk(geometry, va, level, pa, true, change), asid, source);

    /// <summary>A walk-cache entry for a table descriptor of a level.</summary>
    public static TlbEntry Table(
        TranslationGeometry geometry, VirtualAddress va, Level level, PhysicalAddress table, ushort asid = 0,
        int source = 0) =>
        TlbEntry.ForTable(geometry, va, level, Descriptor.Table(geometry, table, 0), asid, source);

    private static WalkResult Walk(
        TranslationGeometry geometry, VirtualAddress va, Level level, PhysicalAddress pa, bool contiguous,
        Func<LeafAttributes, LeafAttributes>? change)
    {
        var attributes = LeafAttributes.Data(geometry, 1, false);
        if (change is not null)
            attributes = change(attributes);
        Assert.True(va.IsUpperHalf);
        return new(WalkFault.None, level,
            Descriptor.Leaf(geometry, level, pa.AlignDown(geometry.Size(level)), attributes, contiguous));
    }
}
