using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>A split that stops and goes on, for its budget or for want of memory, ends as one that did not.</summary>
public class RangeSplitProgressTests
{
    [Fact]
    public void Any_sequence_of_budgets_gives_the_same_tables() =>
        Gen.Select(RandomMachine.MapAndRange, Gen.Int[1, 7].Array[1, 5], Gen.Bool).ForAll((at, budgets, publish) =>
        {
            var (map, range) = at;
            var whole = RangeSplitTests.Split(map, range);
            var editor = new TableEditor(map.Painted);
            var pages = RangeSplitTests.AnyPages(map);
            var tables = map.Painted;
            var next = range.Start;
            long blocks = 0;
            for (int i = 0; next < range.End; i++)
            {
                // Small budgets first, then what is left in one.
                long budget = i < 40 ? budgets[i % budgets.Length] : long.MaxValue;
                var progress =
                    new RangeSplit(editor, pages, map.Painter.Swapper).Advance(range with { Start = next }, budget);
                Assert.InRange(progress.Blocks, 0, budget);
                Assert.True(progress.Next == range.End || progress.Blocks == budget);
                Assert.True(progress.Next >= next);
                blocks += progress.Blocks;
                next = progress.Next;
                if (publish)
                    editor = new TableEditor(tables = editor.Publish());
            }

            tables = editor.Publish();
            Assert.Equal(pages.Allocated, blocks);
            Assert.Equal(RangeSplitTests.Shape(map, whole).Runs, RangeSplitTests.Shape(map, tables).Runs);
            Assert.Equal(Tables(map, whole), Tables(map, tables));
        }, iter: 40);

    [Fact]
    public void A_budget_of_none_does_nothing_where_there_is_a_block()
    {
        var map = Small();
        var editor = new TableEditor(map.Painted);
        var range = LinearRange.Of(RepaintRange.AboveRodata, map.Machine);

        var progress = new RangeSplit(editor, RangeSplitTests.AnyPages(map), map.Painter.Swapper).Advance(range, 0);

        Assert.Equal((0, false), (progress.Blocks, progress.OutOfMemory));
        Assert.True(progress.Next < range.End);
    }

    [Fact]
    public void An_empty_range_is_done_at_once()
    {
        var map = Small();
        var at = map.Painter.Layout.ToVirtual(new(0x4400_1000));

        Assert.Equal(new SplitProgress(at, 0, false),
            new RangeSplit(new TableEditor(map.Painted), RangeSplitTests.AnyPages(map, 0), map.Painter.Swapper).Advance(
                new(at, at), 5));
    }

    [Fact]
    public void With_any_number_of_pages_nothing_is_lost_and_the_rest_follows_when_there_are_more()
    {
        var map = Small();
        var range = LinearRange.Of(RepaintRange.AboveRodata, map.Machine);
        var whole = RangeSplitTests.Shape(map, RangeSplitTests.Split(map, range)).Runs;
        var before = RangeSplitTests.Shape(map, map.Painted);
        long needed = Needed(map, range);
        Assert.InRange(needed, 10, 200);
        for (long n = 0; n <= needed; n++)
            RunDryAfter(map, range, n, needed, whole, before.Translations());
    }

    [Fact]
    public void Running_dry_anywhere_is_harmless_on_any_machine() =>
        Gen.Select(RandomMachine.MapAndRange, Gen.ULong).ForAll((at, word) =>
        {
            var (map, range) = at;
            if (range.Start >= range.End)
                return;
            long needed = Needed(map, range);
            var whole = RangeSplitTests.Shape(map, RangeSplitTests.Split(map, range)).Runs;
            RunDryAfter(map, range, (long)(word % (ulong)(needed + 1)), needed, whole,
                RangeSplitTests.Shape(map, map.Painted).Translations());
        }, iter: 30);

    private static void RunDryAfter(
        PaintedMap map, LinearRange range, long n, long needed, IReadOnlyList<LeafSequence> whole,
        IReadOnlyList<string> translations)
    {
        var editor = new TableEditor(map.Painted);
        var pages = RangeSplitTests.AnyPages(map, n);

        var progress = new RangeSplit(editor, pages, map.Painter.Swapper).Advance(range, long.MaxValue);

        Assert.Equal(n < needed, progress.OutOfMemory);
        Assert.Equal(n, progress.Blocks);
        Assert.Equal(n, pages.Allocated);
        var half = editor.Publish();
        Assert.Equal(translations, RangeSplitTests.Shape(map, half).Translations());
        // −ENOMEM: the leaf at Next is as it was.
        if (progress.OutOfMemory)
            Assert.NotEqual(Level.L3, RangeSplitTests.Shape(map, half).LeafAt(progress.Next)!.Value.Level);
        var again = new TableEditor(half);
        var rest = new RangeSplit(again, RangeSplitTests.AnyPages(map), map.Painter.Swapper).Advance(
            range with { Start = progress.Next }, long.MaxValue);
        Assert.Equal((range.End, needed - n, false), (rest.Next, rest.Blocks, rest.OutOfMemory));
        Assert.Equal(whole, RangeSplitTests.Shape(map, again.Publish()).Runs);
    }

    private static long Needed(PaintedMap map, LinearRange range)
    {
        var pages = RangeSplitTests.AnyPages(map);
        new RangeSplit(new TableEditor(map.Painted), pages, map.Painter.Swapper).Advance(range, long.MaxValue);
        return pages.Allocated;
    }

    // 160 MiB: blocks, contiguous blocks and contiguous pages.
    private static PaintedMap Small() =>
        PaintedMap.Of(new TestMachine { Memory = [(0x4000_0000, 0x4a01_3000)] }.Describe());

    private static IEnumerable<(PhysicalAddress, Level)> Tables(PaintedMap map, TableSnapshot tables) =>
        LeafEnumeration.Tables(tables.Root(map.Painter.Swapper)!).Select(t => (t.Address, t.Level));
}
