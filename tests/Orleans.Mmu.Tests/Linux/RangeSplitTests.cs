using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>range_split_to_ptes() on random machines: pages inside, everything else as it was.</summary>
public class RangeSplitTests
{
    [Fact]
    public void Every_page_translates_as_before() =>
        RandomMachine.MapAndRange.ForAll((map, range) =>
        {
            var after = Split(map, range);

            Assert.Equal(Shape(map, map.Painted).Translations(), Shape(map, after).Translations());
        }, iter: 80);

    [Fact]
    public void A_walk_agrees_at_any_address() =>
        Gen.Select(RandomMachine.MapAndRange, Gen.ULong.Array[20]).ForAll((at, words) =>
        {
            var (map, range) = at;
            var after = Split(map, range);
            var bounds = Shape(map, map.Painted).Bounds().Append(range.Start).Append(range.End).ToList();
            foreach (ulong word in words)
            {
                // Near a place where something changes.
                var va = bounds[(int)(word >> 33) % bounds.Count] + unchecked((word & 0xffff) - 0x8000);
                var (was, now) = (Walk(map, map.Painted, va), Walk(map, after, va));
                Assert.Equal(was, now);
            }
        }, iter: 60);

    [Fact]
    public void Inside_no_block_and_no_contiguous_leaf_is_left() =>
        RandomMachine.MapAndRange.ForAll((map, range) =>
        {
            var geometry = map.Machine.Geometry;

            var inside =
                Shape(map, Split(map, range)).Runs.Where(r => r.Start < range.End && r.End(geometry) > range.Start);

            if (range.Start < range.End)
                Assert.All(inside, r => Assert.True(r.Level.IsLast && !r.First.Contiguous, r.ToString()));
        }, iter: 80);

    [Fact]
    public void Leaves_and_groups_that_lie_outside_keep_their_size() =>
        RandomMachine.MapAndRange.ForAll((map, range) =>
        {
            var (before, after) = (Shape(map, map.Painted), Shape(map, Split(map, range)));
            foreach (var va in before.Bounds().Concat(after.Bounds()))
            {
                var was = before.LeafAt(va);
                bool touched = was is { } leaf && leaf.Start < range.End && leaf.Start + leaf.Size > range.Start
                    && range.Start < range.End;
                if (!touched)
                    Assert.Equal(was, after.LeafAt(va));
            }
        }, iter: 80);

    [Fact]
    public void A_block_that_is_cut_keeps_large_leaves_of_the_next_size_beside_the_range()
    {
        var map = PaintedMap.Of(new TestMachine { Memory = [(0x4000_0000, 0xc000_0000)] }.Describe());
        var gigabyte = map.Painter.Layout.ToVirtual(new(0x8000_0000));
        Assert.Equal(Level.L1, Shape(map, map.Painted).LeafAt(gigabyte)!.Value.Level);

        var shape = Shape(map, Split(map, new(gigabyte + 0x10_3000, gigabyte + 0x10_4000)));

        Assert.Equal((gigabyte, 0x1000UL, Level.L3, false), shape.LeafAt(gigabyte));
        Assert.Equal((gigabyte + 0x20_0000, 0x20_0000UL, Level.L2, false), shape.LeafAt(gigabyte + 0x20_0000));
        Assert.Equal((gigabyte + 0x3fe0_0000, 0x20_0000UL, Level.L2, false), shape.LeafAt(gigabyte + 0x3fff_f000));
    }

    [Fact]
    public void A_second_time_there_is_nothing_to_do() =>
        RandomMachine.MapAndRange.ForAll((map, range) =>
        {
            var once = Split(map, range);
            var editor = new TableEditor(once);

            var progress = new RangeSplit(editor, NoPages(map), map.Painter.Swapper).Advance(range, long.MaxValue);

            Assert.Equal(0, progress.Blocks);
            Assert.False(progress.OutOfMemory);
            Assert.Equal(Shape(map, once).Runs, Shape(map, editor.Publish()).Runs);
        }, iter: 60);

    [Fact]
    public void What_was_published_never_changes() =>
        RandomMachine.MapAndRange.ForAll((map, range) =>
        {
            byte[] before = TableSnapshotCodec.Encode(map.Painted);

            Split(map, range);

            Assert.Equal(before, TableSnapshotCodec.Encode(map.Painted));
        }, iter: 30);

    internal static TableSnapshot Split(PaintedMap map, LinearRange range)
    {
        var editor = new TableEditor(map.Painted);
        var progress = new RangeSplit(editor, AnyPages(map), map.Painter.Swapper).Advance(range, long.MaxValue);
        Assert.Equal(range.End, progress.Next);
        Assert.False(progress.OutOfMemory);
        return editor.Publish();
    }

    internal static MapShape Shape(PaintedMap map, TableSnapshot tables) => new(tables, map.Painter.Swapper);

    /// <summary>Pages of memory that no test machine has.</summary>
    internal static Orleans.Mmu.Linux.LinearMap.TablePages AnyPages(PaintedMap map, long limit = long.MaxValue) =>
        new([new(new(1UL << 40), new(1UL << 41))], map.Machine.Geometry.Granule.PageSize, limit);

    private static Orleans.Mmu.Linux.LinearMap.TablePages NoPages(PaintedMap map) => AnyPages(map, 0);

    private static (WalkFault, PhysicalAddress, ulong) Walk(PaintedMap map, TableSnapshot tables, VirtualAddress va)
    {
        var geometry = map.Machine.Geometry;
        var walk = TableWalker.Walk(tables, map.Painter.Swapper, va);
        if (!walk.IsTranslation)
            return (walk.Fault, default, 0);
        return (walk.Fault, walk.Leaf.OutputAddress(geometry, walk.Level)
            + (va.Value & (geometry.Size(walk.Level) - 1)),
            walk.Leaf.Attributes(geometry, walk.Level).Bits);
    }
}
