using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>What add_memory() asks of a range before anything is mapped.</summary>
public class HotAddRefusalTests
{
    private const ulong Block = 128UL << 20;
    private const ulong Free = 0x4_0000_0000;

    [Theory]
    [InlineData(Free, Free, KernelError.InvalidArgument)]
    [InlineData(Free + Block, Free, KernelError.InvalidArgument)]
    [InlineData(Free, Free + Block / 2, KernelError.InvalidArgument)]
    [InlineData(Free + Block / 2, Free + 2 * Block, KernelError.InvalidArgument)]
    [InlineData(0x3800_0000, 0x4000_0000, KernelError.TooBig)]
    [InlineData(0x8000_4000_0000, 0x8000_4800_0000, KernelError.TooBig)]
    [InlineData(0x8000_3800_0000, 0x8000_4800_0000, KernelError.TooBig)]
    [InlineData(0xf800_0000, 0x1_0800_0000, KernelError.Exists)]
    [InlineData(0x8000_0000, 0x8800_0000, KernelError.Exists)]
    public void A_range_that_cannot_be_memory_is_refused_and_nothing_is_lost(
        ulong start, ulong end, KernelError expected)
    {
        var bench = SplitBench.Large();

        Assert.Equal(expected, new MemoryHotplug(bench.Kernel, bench.Editor).Add(new(new(start), new(end))));

        bench.AssertUntouched();
    }

    [Fact]
    public void Memory_that_was_added_is_not_added_again_until_it_was_removed()
    {
        var bench = SplitBench.Large();
        var hotplug = new MemoryHotplug(bench.Kernel, bench.Editor);
        var range = new MemoryRange(new(Free), new(Free + 4 * Block));
        Assert.Equal(KernelError.None, hotplug.Add(range));

        Assert.Equal(KernelError.Exists, hotplug.Add(range));
        Assert.Equal(KernelError.Exists, hotplug.Add(new(new(Free + 3 * Block), new(Free + 5 * Block))));
        Assert.True(bench.Word(Free).IsValid);
        Assert.Equal(KernelError.None, hotplug.Remove(range, out _, out _));

        Assert.Equal(KernelError.None, hotplug.Add(range));
    }

    [Fact]
    public void The_last_block_that_the_map_has_room_for_can_be_added()
    {
        var bench = SplitBench.Large();

        Assert.Equal(KernelError.None,
            new MemoryHotplug(bench.Kernel, bench.Editor).Add(new(new(0x8000_3800_0000), new(0x8000_4000_0000))));
    }

    [Theory]
    [InlineData("16K", 48, 128)]
    [InlineData("64K", 48, 512)]
    public void A_memory_block_is_a_section(string pageSize, int vaBits, ulong megabytes)
    {
        var bench = SplitBench.Of(
            new TestMachine { Version = "7.1", PageSize = pageSize, VaBits = vaBits, Cpus = [TestMachine.Listed] });
        var hotplug = new MemoryHotplug(bench.Kernel, bench.Editor);

        Assert.Equal(megabytes << 20, hotplug.BlockSize);
        Assert.Equal(KernelError.InvalidArgument, hotplug.Add(new(new(Free), new(Free + hotplug.BlockSize / 2))));
        Assert.Equal(KernelError.None, hotplug.Add(new(new(Free), new(Free + hotplug.BlockSize))));
    }
}
