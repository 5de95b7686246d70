using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Tables that stand for hundreds below them, and those hundreds one by one.</summary>
internal static class SequenceRows
{
    internal sealed record Row(TranslationGeometry Geometry, Descriptor First, bool Descending, Descriptor Leaf);

    // Tables and leaves near the places where address bits stop advancing evenly, and anywhere.
    public static readonly Gen<Row> Rows =
        Gen.Select(Geometries.Any, Gen.Select(Gen.ULong, Gen.ULong), Gen.Int[0, 3], Gen.Int[0, 3], Gen.Bool, Gen.Bool)
            .Select((geometry, words, table, leaf, down, contiguous) =>
            {
                ulong all = (ulong)geometry.Entries(Level.L2) * geometry.Size(Level.L2);
                ulong row = (ulong)geometry.Entries(Level.L2) * geometry.Granule.PageSize;
                var pa = Geometries.Output(geometry, Level.L2, Near(geometry, words.Item1, leaf, all));
                var below = Geometries.Output(geometry, Level.L3, Near(geometry, words.Item2, table, row));
                return new Row(geometry, Descriptor.Table(geometry, below, Descriptor.PxnTableBit), down,
                    Descriptor.Leaf(geometry, Level.L3, pa, LeafAttributes.Data(geometry, 1, false), contiguous));
            });

    public static readonly PhysicalAddress Place = new(0x4000_0000);

    public static TableOfSequences? Make(Row row) =>
        TableOfSequences.Leaves(row.Geometry, Place, Level.L2, row.First, row.Descending, row.Leaf);

    public static PhysicalAddress Child(Row row, int index) =>
        new(row.First.NextTable(row.Geometry).Value
            + (ulong)index * (row.Descending ? 0 - row.Geometry.Granule.PageSize : row.Geometry.Granule.PageSize));

    public static Descriptor Leaf(Row row, int child, int entry)
    {
        var (geometry, leaf) = (row.Geometry, row.Leaf);
        var pa = leaf.OutputAddress(geometry, Level.L3) + (ulong)child * geometry.Size(Level.L2)
            + (ulong)entry * geometry.Size(Level.L3);
        return Descriptor.Leaf(geometry, Level.L3, pa, leaf.Attributes(geometry, Level.L3), leaf.Contiguous);
    }

    public static Func<TableEditor, TranslationTable> OneByOne(Row row) => editor =>
    {
        var table = editor.NewTable(Place, Level.L2);
        for (int i = 0; i < table.Count; i++)
        {
            var run = SequenceTable.Leaves(row.Geometry, Child(row, i), Level.L3, Leaf(row, i, 0))!;
            editor.Write(table, i, Descriptor.Table(row.Geometry, run.Address, Descriptor.PxnTableBit), run);
        }

        return table;
    };

    public static ulong Near(TranslationGeometry geometry, ulong word, int quarter, ulong length)
    {
        ulong seam = 1UL << Seam(geometry);
        return quarter == 0 ? word : seam - Math.Min(seam, length * (ulong)quarter / 2);
    }

    public static int Seam(TranslationGeometry geometry) => geometry.Format == OutputAddressFormat.Lpa2 ? 50 : 48;
}
