using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Sets of memory as sorted ranges, and the pages that tables are made of.</summary>
public class MemoryRangeTests
{
    private static readonly Gen<MemoryRange[]> Some =
        Gen.Select(Gen.ULong[0, 60], Gen.ULong[0, 12])
            .Select((start, length) => Range(start, start + length)).Array[0, 8];

    [Fact]
    public void Merged_ranges_cover_the_same_and_neither_touch_nor_overlap() =>
        Some.ForAll(ranges =>
        {
            var merged = MemoryRange.Merge(ranges);

            for (ulong at = 0; at < 80; at++)
                Assert.Equal(Covers(ranges, at), Covers(merged, at));
            for (int i = 1; i < merged.Count; i++)
                Assert.True(merged[i - 1].End < merged[i].Start);
            Assert.All(merged, r => Assert.True(r.Length > 0));
        });

    [Fact]
    public void What_is_subtracted_is_gone_and_nothing_else() =>
        Gen.Select(Some, Some).ForAll((ranges, holes) =>
        {
            var left = MemoryRange.Subtract(MemoryRange.Merge(ranges), holes);

            for (ulong at = 0; at < 80; at++)
                Assert.Equal(Covers(ranges, at) && !Covers(holes, at), Covers(left, at));
            Assert.All(left, r => Assert.True(r.Length > 0));
            Assert.Equal(left.OrderBy(r => r.Start), left);
        });

    [Fact]
    public void Table_pages_come_from_the_top_and_each_once() =>
        Gen.Select(Some, Gen.Int[0, 30]).ForAll((ranges, limit) =>
        {
            // Units of half a page: pages are found inside ranges that begin and end between them.
            var memory = MemoryRange.Merge(
                ranges.Select(r => new MemoryRange(new(r.Start.Value * 2048), new(r.End.Value * 2048))));
            var pages = new Orleans.Mmu.Linux.LinearMap.TablePages(memory, 4096, limit);
            var given = new List<PhysicalAddress>();
            while (pages.TryAllocate(out var page))
                given.Add(page);

            var whole = Enumerable.Range(0, 60).Select(p => new PhysicalAddress((ulong)p * 4096))
                .Where(p => memory.Any(m => m.Contains(new(p, p + 4096)))).OrderDescending();
            Assert.Equal(whole.Take(limit), given);
            Assert.Equal(given.Count, pages.Allocated);
            Assert.False(pages.TryAllocate(out _));
        });

    [Fact]
    public void A_machines_tables_take_nothing_from_image_pool_or_nomap_memory()
    {
        var machine = new TestMachine
        {
            CommandLine = "kfence.sample_interval=100",
            Memory = [(0x4000_0000, 0x4400_0000)],
            NoMap = [(0x43c0_0000, 0x4400_0000)],
        }.Describe();
        var painter = new LinearMapPainter(machine);
        var pool = painter.KfencePool!.Value;
        Assert.Equal(new(0x43a0_0000), pool);

        var pages = Orleans.Mmu.Linux.LinearMap.TablePages.Of(machine, pool);

        int count = 0;
        for (; pages.TryAllocate(out var page); count++)
        {
            Assert.False(page >= machine.Image.Text && page < machine.Image.End);
            Assert.True(page >= new PhysicalAddress(0x4000_0000) && page < pool);
        }

        Assert.Equal((0x20_0000 + 0x43a0_0000 - 0x4344_0000) / 4096, count);
    }

    private static MemoryRange Range(ulong start, ulong end) => new(new(start), new(end));

    private static bool Covers(IEnumerable<MemoryRange> ranges, ulong at) =>
        ranges.Any(r => r.Start.Value <= at && at < r.End.Value);
}
