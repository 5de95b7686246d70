using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Benchmarks;

/// <summary>Linear maps of 1 GB of memory at 0x40000000, of pages, of blocks, or of both.</summary>
internal sealed class LinearMap
{
    public const ulong Bytes = 1UL << 30;

    private static readonly PhysicalAddress FirstByte = new(0x4000_0000);

    private LinearMap(TranslationGeometry geometry, TableSnapshot tables)
    {
        Geometry = geometry;
        Tables = tables;
    }

    public TranslationGeometry Geometry { get; }

    public TableSnapshot Tables { get; }

    public PhysicalAddress Root => Tables.Roots[0].Address;

    public VirtualAddress Start => Geometry.UpperHalfStart;

    public static LinearMap Pages(TranslationGeometry geometry) => Build(geometry, _ => Level.L3);

    public static LinearMap Blocks(TranslationGeometry geometry) => Build(geometry, _ => Level.L2);

    /// <summary>Blocks, and every fourth one split into pages.</summary>
    public static LinearMap Mixed(TranslationGeometry geometry) =>
        Build(geometry, block => block % 4 == 0 ? Level.L3 : Level.L2);

    private static LinearMap Build(TranslationGeometry geometry, Func<int, Level> leafLevel)
    {
        var editor = new TableEditor(geometry);
        ulong next = 0x10_0000_0000;
        PhysicalAddress Take()
        {
            next += geometry.Granule.PageSize;
            return new(next);
        }

        var attributes = LeafAttributes.Data(geometry, 1, false);
        var table = editor.NewTable(Take(), geometry.StartLevel);
        editor.AddRoot(table);
        while (table.Level < Level.L2)
        {
            var child = editor.NewTable(Take(), table.Level.Next);
            editor.Write(table, 0, Descriptor.Table(geometry, child.Address, 0), child);
            table = child;
        }

        for (int block = 0; (ulong)block * geometry.Size(Level.L2) < Bytes; block++)
        {
            var pa = FirstByte + (ulong)block * geometry.Size(Level.L2);
            if (leafLevel(block) == Level.L2)
            {
                editor.Write(table, block, Descriptor.Leaf(geometry, Level.L2, pa, attributes, false));
                continue;
            }

            var first = Descriptor.Leaf(geometry, Level.L3, pa, attributes, false);
            var run = SequenceTable.Leaves(geometry, Take(), Level.L3, first)!;
            editor.Write(table, block, Descriptor.Table(geometry, run.Address, 0), run);
        }

        return new(geometry, editor.Publish());
    }
}
