using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Builds translation tables by hand: a root, and below it whatever tables a leaf needs.</summary>
internal sealed class TestMap
{
    private ulong _nextTable;

    public TestMap(TranslationGeometry geometry)
    {
        Geometry = geometry;
        Editor = new TableEditor(geometry);
        Root = new PhysicalAddress(0x1000_0000);
        _nextTable = Root.Value;
        Editor.AddRoot(NewTable(geometry.StartLevel));
    }

    public TranslationGeometry Geometry { get; }

    public TableEditor Editor { get; }

    public PhysicalAddress Root { get; }

    public PatchedTable NewTable(Level level)
    {
        var table = Editor.NewTable(new PhysicalAddress(_nextTable), level);
        _nextTable += Geometry.Granule.PageSize;
        return table;
    }

    /// <summary>The table of a level on the way to an address, made if there is none.</summary>
    public PatchedTable TableFor(VirtualAddress va, Level level)
    {
        var table = Editor.EditRoot(Root);
        while (table.Level < level)
        {
            int index = Geometry.Index(va, table.Level);
            if (table.Child(index) is null)
            {
                var child = NewTable(table.Level.Next);
                Editor.Write(table, index, Descriptor.Table(Geometry, child.Address, 0), child);
            }

            table = Editor.EditChild(table, index);
        }

        return table;
    }

    public TestMap Write(VirtualAddress va, Level level, Descriptor descriptor)
    {
        Editor.Write(TableFor(va, level), Geometry.Index(va, level), descriptor);
        return this;
    }

    public TestMap Map(VirtualAddress va, Level level, PhysicalAddress pa, bool contiguous = false) =>
        Write(va, level, Descriptor.Leaf(Geometry, level, pa, LeafAttributes.Data(Geometry, 1, false), contiguous));

    public TableSnapshot Publish() => Editor.Publish();
}
