using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Tests.Checking;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Which caller gets which page, and what becomes of the page afterwards.</summary>
public class KernelMemoryTests
{
    private static readonly MachineDescription Machine = new TestMachine
    {
        Version = "7.3",
        Memory = [(0x4000_0000, 0x5000_0000)],
        Cpus = [TestMachine.Listed, TestMachine.Listed],
    }.Describe();

    [Fact]
    public void Every_page_is_handed_out_once_until_it_is_given_back() =>
        Gen.Select(Gen.Select(Gen.ULong[1, 40], Gen.ULong[0, 60]).Array[1, 5], Gen.Long[1, 30].Array[1, 20])
            .ForAll((shape, asked) =>
        {
            var ranges = new List<MemoryRange>();
            ulong at = 0x4000_0000;
            foreach (var (gap, pages) in shape)
            {
                ranges.Add(new(new(at + gap * 4096), new(at + (gap + pages) * 4096)));
                at += (gap + pages) * 4096;
            }

            var frames = new PageFrames(ranges, 4096);
            var taken = new HashSet<PhysicalAddress>();
            long total = shape.Sum(s => (long)s.Item2);
            Assert.Equal(total, frames.Free);
            foreach (long pages in asked)
            {
                long free = frames.Free;
                bool given = frames.TryTake(pages, out var got);
                Assert.Equal(pages <= free, given);
                Assert.Equal(given ? pages : 0, got.Length);
                Assert.All(got, p =>
                    Assert.True(taken.Add(p) && ranges.Exists(r => r.Start <= p && p < r.End) && p.IsAligned(4096)));
                Assert.Equal(total - taken.Count, frames.Free);
            }

            frames.Give(taken);
            Assert.Equal(total, frames.Free);
        });

    [Fact]
    public void What_is_withdrawn_is_not_handed_out_for_tables() =>
        Gen.Select(Gen.ULong[0, 30].Array[1, 5], Gen.Long[0, 80]).ForAll((sizes, keep) =>
        {
            var ranges = sizes.Select((s, i) => new MemoryRange(
                new(0x4000_0000 + (ulong)i * 0x10_0000), new(0x4000_0000 + (ulong)i * 0x10_0000 + s * 4096))).ToList();
            var pages = new TablePages(ranges, 4096);
            var withdrawn = pages.Withdraw(keep);

            long total = sizes.Sum(s => (long)s);
            Assert.Equal(Math.Max(0, total - keep), withdrawn.Sum(r => (long)(r.Length / 4096)));
            for (long i = 0; i < Math.Min(keep, total); i++)
            {
                Assert.True(pages.TryAllocate(out var page));
                Assert.DoesNotContain(withdrawn, r => r.Start <= page && page < r.End);
            }

            Assert.False(pages.TryAllocate(out _));
        });

    [Fact]
    public void A_page_of_a_table_that_went_with_its_memory_is_used_again()
    {
        var kernel = new RunningKernel(new TestMachine
        {
            Version = "7.3",
            Memory = [(0x4000_0000, 0x5000_0000)],
            Cpus =
            [TestMachine.Unlisted]
        }.Describe());
        var range = new MemoryRange(new(0x8000_0000), new(0x8800_0000));
        long before = kernel.Memory.Kernel.Pages.Allocated;
        // Pages alone: 64 tables each time, of which a machine of 256 MiB has not so many to lose.
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(KernelError.None, kernel.Call(new HotplugAdd(range)).Error);
            Assert.True(kernel.Memory.Kernel.Pages.Allocated >= before + 64);
            Assert.Equal(KernelError.None, kernel.Call(new HotplugRemove(range)).Error);
            Assert.Equal(before, kernel.Memory.Kernel.Pages.Allocated);
        }
    }

    [Theory]
    [InlineData(false, "2M")]
    [InlineData(true, "4K")]
    public void Freeing_an_area_splits_out_its_aliases_where_its_permissions_were_ever_changed(
        bool changed, string leaf)
    {
        var kernel = new RunningKernel(Machine);
        kernel.Call(new VmallocAlloc(1));
        var alias = kernel.Memory.Kernel.Layout.ToVirtual(kernel.Memory.Areas[1].Pages[0]);
        // Not executable is what it was already, and no matter of the alias.
        if (changed)
            kernel.Call(new SetMemoryNx(1, 0, 1));
        Assert.Equal("2M", LeafAt(kernel, alias));
        kernel.Call(new VmallocFree(1));

        Assert.Equal(leaf, LeafAt(kernel, alias));
        Assert.Empty(kernel.Memory.Areas);
    }

    private static string LeafAt(RunningKernel kernel, VirtualAddress va) =>
        LeafCensus.SizeName(
            Machine.Geometry.Size(TableWalker.Walk(kernel.Tables, kernel.Memory.Kernel.Swapper, va).Level));
}
