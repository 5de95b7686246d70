using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using static Orleans.Mmu.Tests.Arm.SequenceRows;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>A table that stands for hundreds below it differs in nothing from those hundreds.</summary>
public class TableOfSequencesTests
{
    [Fact]
    public void Entries_and_tables_below_are_those_written_one_by_one() =>
        Gen.Select(Rows, Gen.ULong.Array[10]).ForAll((row, words) =>
        {
            var geometry = row.Geometry;
            if (Make(row) is not { } table)
                return;
            foreach (ulong word in words)
            {
                int index = (int)(word % (ulong)table.Count), entry =
                    (int)((word >> 32) % (ulong)geometry.Entries(Level.L3));
                var address = Child(row, index);
                Assert.Equal(Descriptor.Table(geometry, address, Descriptor.PxnTableBit), table[index]);
                var child = Assert.IsType<SequenceTable>(table.Child(index));
                Assert.Equal(
                    (address, Level.L3, geometry.Entries(Level.L3)), (child.Address, child.Level, child.Count));
                Assert.Equal(Leaf(row, index, entry), child[entry]);
            }
        }, iter: 200);

    [Fact]
    public void There_is_none_exactly_where_bits_do_not_advance_evenly() =>
        Rows.ForAll(row =>
        {
            var geometry = row.Geometry;
            int last = geometry.Entries(Level.L2) - 1;
            ulong start = row.Leaf.OutputAddress(geometry, Level.L3).Value;
            ulong end = start + (ulong)geometry.Entries(Level.L2) * geometry.Size(Level.L2) - 1;
            var (one, other) = (row.First.NextTable(geometry).Value, Child(row, last).Value);
            int seam = Seam(geometry);

            bool even = start >> seam == end >> seam && one >> seam == other >> seam;

            Assert.Equal(even, Make(row) is not null);
        }, iter: 500);

    [Fact]
    public void A_walk_reads_the_same_words_at_the_same_places_and_allocates_nothing() =>
        Gen.Select(Rows.Where(r => Make(r) is not null && r.Geometry.StartLevel < Level.L2), Gen.ULong.Array[10])
            .ForAll((row, words) =>
        {
            var (runs, root) = Map(row, Make(row)!);
            var (objects, _) = Map(row, OneByOne(row));
            foreach (ulong word in words)
            {
                var va = row.Geometry.UpperHalfStart
                    + word % ((ulong)row.Geometry.Entries(Level.L2) * row.Geometry.Size(Level.L2));
                var expected = Walk(objects, root, va);

                TableWalker.Walk(runs, root, va);
                long before = GC.GetAllocatedBytesForCurrentThread();
                TableWalker.Walk(runs, root, va);
                Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
                var actual = Walk(runs, root, va);
                Assert.Equal(expected.Result, actual.Result);
                Assert.Equal(expected.Steps, actual.Steps);
            }
        }, iter: 20);

    [Fact]
    public void Leaves_tables_and_counts_are_those_of_the_tables_one_by_one() =>
        Rows.Where(r => Make(r) is not null && r.Geometry.StartLevel < Level.L2).ForAll(row =>
        {
            var (runs, root) = Map(row, Make(row)!);
            var (objects, _) = Map(row, OneByOne(row));
            TranslationTable one = runs.Root(root)!, other = objects.Root(root)!;

            Assert.Equal(
                LeafEnumeration.Leaves(row.Geometry, other, row.Geometry.UpperHalfStart),
                LeafEnumeration.Leaves(row.Geometry, one, row.Geometry.UpperHalfStart));
            Assert.Equal(LeafEnumeration.Tables(other).Select(t => (t.Address, t.Level)), LeafEnumeration.Tables(one)
                .Select(t => (t.Address, t.Level)));
            Assert.Equal(Counts(row.Geometry, other), Counts(row.Geometry, one));
            Assert.Equal(LeafEnumeration.Tables(one).LongCount(), Counts(row.Geometry, one).Sum(c => c.Count));
        }, iter: 10);

    [Fact]
    public void An_edit_below_changes_one_entry_and_no_snapshot() =>
        Gen.Select(Rows.Where(r => Make(r) is not null && r.Geometry.StartLevel < Level.L2), Gen.ULong)
            .ForAll((row, word) =>
        {
            var (before, root) = Map(row, Make(row)!);
            byte[] bytes = TableSnapshotCodec.Encode(before);
            var va = row.Geometry.UpperHalfStart
                + word % ((ulong)row.Geometry.Entries(Level.L2) * row.Geometry.Size(Level.L2));
            var editor = new TableEditor(before);
            var table = editor.EditRoot(root);
            while (!table.Level.IsLast)
                table = editor.EditChild(table, row.Geometry.Index(va, table.Level));

            editor.Write(table, row.Geometry.Index(va, Level.L3), new(0x40));
            var after = TableSnapshotCodec.Decode(TableSnapshotCodec.Encode(editor.Publish()));

            Assert.Equal(bytes, TableSnapshotCodec.Encode(before));
            foreach (ulong distance in (ulong[])[
                0, row.Geometry.Granule.PageSize, row.Geometry.Size(Level.L2), 16 * row.Geometry.Size(Level.L2)])
            {
                var at = row.Geometry.UpperHalfStart + (va - row.Geometry.UpperHalfStart ^ distance);
                var (was, now) = (Walk(before, root, at), Walk(after, root, at));
                Assert.Equal(was.Steps[..^1], now.Steps[..^1]);
                Assert.Equal(distance == 0 ? new Descriptor(0x40) : was.Result.Leaf, now.Result.Leaf);
            }

            Assert.Equal(Counts(row.Geometry, before.Root(root)!), Counts(row.Geometry, after.Root(root)!));
        }, iter: 40);

    [Fact]
    public void What_leads_to_no_tables_or_to_no_leaves_is_refused()
    {
        var geometry = Geometries.Of("4K", 48);
        var first = Descriptor.Table(geometry, new(1UL << 32), 0);
        var leaf = Descriptor.Leaf(geometry, Level.L3, new(0), LeafAttributes.Data(geometry, 1, false), false);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => TableOfSequences.Leaves(geometry, Place, Level.L2, Descriptor.Invalid, true, leaf));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => TableOfSequences.Leaves(geometry, Place, Level.L2, first, true, Descriptor.Invalid));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => TableOfSequences.Leaves(geometry, Place, Level.L1, first, true, first));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => TableOfSequences.Leaves(geometry, Place, Level.L2, first, true, leaf)![512]);
    }

    private static (TableSnapshot, PhysicalAddress) Map(Row row, TranslationTable table) => Map(row, _ => table);

    private static (TableSnapshot, PhysicalAddress) Map(Row row, Func<TableEditor, TranslationTable> make)
    {
        var map = new TestMap(row.Geometry);
        var table = make(map.Editor);
        map.Editor.Write(map.TableFor(row.Geometry.UpperHalfStart, Level.L1), 0,
            Descriptor.Table(row.Geometry, table.Address, 0), table);
        return (map.Publish(), map.Root);
    }

    private static (WalkResult Result, WalkRead[] Steps) Walk(
        TableSnapshot tables, PhysicalAddress root, VirtualAddress va)
    {
        var steps = new WalkRead[TableWalker.MaxSteps];
        var result = TableWalker.Walk(tables, root, va, 52, steps, out int count);
        return (result, steps[..count]);
    }

    private static IEnumerable<(Level Level, long Count)> Counts(TranslationGeometry geometry, TranslationTable root) =>
        LeafEnumeration.CountTables(geometry, root, ulong.MaxValue).GroupBy(c => c.Level)
            .Select(g => (g.Key, g.Sum(c => c.Count))).OrderBy(c => c.Key.Number);
}
