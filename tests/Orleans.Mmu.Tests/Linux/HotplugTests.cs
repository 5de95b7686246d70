using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>arch_add_memory() and what keeps memory from being removed.</summary>
public class HotplugTests
{
    private const ulong Gigabyte = 1UL << 30;
    private static readonly MemoryRange Added = new(new(0x2_0000_0000), new(0x2_8000_0000));

    [Theory]
    [InlineData(TestMachine.Listed, "2x1G")]
    [InlineData(TestMachine.Unlisted, "524288x4K")]
    public void Memory_is_added_by_what_the_whole_system_can_do(string secondary, string leaves)
    {
        // The boot CPU can split in either.
        var bench = SplitBench.Of(new TestMachine { Version = "7.1", Cpus = [TestMachine.Listed, secondary] });

        Assert.Equal(KernelError.None, new MemoryHotplug(bench.Kernel, bench.Editor).Add(Added));

        var runs = bench.Shape().Runs.Where(r => r.Start >= bench.At(Added.Start.Value)).ToList();
        long count = runs.Sum(r => r.Count);
        Assert.Equal(leaves, $"{count}x{LeafCensus.SizeName(bench.Geometry.Size(runs[0].Level))}");
        Assert.Equal(Added.Start, runs[0].First.OutputAddress(bench.Geometry, runs[0].Level));
        Assert.Equal(bench.Geometry.Size(runs[0].Level) * (ulong)count, Added.Length);
    }

    [Fact]
    public void What_was_added_can_go_again_and_everything_that_led_to_it_is_flushed()
    {
        var bench = SplitBench.Large();
        var hotplug = new MemoryHotplug(bench.Kernel, bench.Editor);
        Assert.Equal(KernelError.None, hotplug.Add(Added));

        Assert.Equal(KernelError.None, hotplug.Remove(Added, out var steps, out string? warning));

        Assert.Null(warning);
        Assert.Equal(TlbiOperation.Vmalle1Is, Assert.Single(Assert.Single(steps).Flushes));
        Assert.Equal(bench.ShapeBefore().Runs, bench.Shape().Runs);
    }

    [Theory]
    [InlineData(0, 128UL << 20)]
    [InlineData(128UL << 20, Gigabyte)]
    [InlineData(0x1000, 2 * Gigabyte)]
    public void Memory_that_ends_inside_a_leaf_stays(ulong from, ulong to)
    {
        var bench = SplitBench.Large();
        var hotplug = new MemoryHotplug(bench.Kernel, bench.Editor);
        hotplug.Add(Added);
        bench.Settle();
        hotplug = new(bench.Kernel, bench.Editor);

        var error = hotplug.Remove(new(Added.Start + from, Added.Start + to), out var steps, out string? warning);

        Assert.Equal(KernelError.NotPermitted, error);
        Assert.Empty(steps);
        Assert.Contains("splits a leaf entry in linear map", warning, StringComparison.Ordinal);
        Assert.Equal(bench.ShapeBefore().Runs, bench.Shape().Runs);
    }

    [Fact]
    public void A_cut_through_a_contiguous_group_counts_as_one()
    {
        var bench = SplitBench.Large();
        var range = new MemoryRange(Added.Start, Added.Start + 128 * SplitBench.M);
        var hotplug = new MemoryHotplug(bench.Kernel, bench.Editor);
        hotplug.Add(range);

        Assert.Equal(KernelError.NotPermitted,
            hotplug.Remove(range with { End = Added.Start + 34 * SplitBench.M }, out _, out string? warning));
        Assert.Contains("32M", warning, StringComparison.Ordinal);
        Assert.Equal(
            KernelError.None, hotplug.Remove(range with { End = Added.Start + 32 * SplitBench.M }, out _, out _));

        Assert.Equal(
            "3x32M", bench.Leaves(Added.Start.Value + 32 * SplitBench.M, Added.Start.Value + 128 * SplitBench.M));
        Assert.Null(bench.Shape().LeafAt(bench.At(Added.Start.Value)));
    }

    [Fact]
    public void Until_7_0_the_rest_of_the_leaf_went_too()
    {
        var bench = SplitBench.Large("7.0");
        var hotplug = new MemoryHotplug(bench.Kernel, bench.Editor);
        hotplug.Add(Added);

        Assert.Equal(
            KernelError.None, hotplug.Remove(Added with { End = Added.Start + 128 * SplitBench.M }, out _, out _));

        Assert.Null(bench.Shape().LeafAt(bench.At(Added.Start.Value + 512 * SplitBench.M)));
        Assert.Equal("1x1G", bench.Leaves(Added.Start.Value + Gigabyte, Added.End.Value));
    }

    [Theory]
    [InlineData("6.12")]
    [InlineData("7.1")]
    public void Memory_of_the_boot_stays(string version)
    {
        var bench = SplitBench.Large(version);

        var error = new MemoryHotplug(bench.Kernel, bench.Editor)
            .Remove(new(new(0x8000_0000), new(0xc000_0000)), out var steps, out string? warning);

        Assert.Equal(KernelError.NotPermitted, error);
        Assert.Empty(steps);
        Assert.Contains("boot memory", warning, StringComparison.Ordinal);
        bench.AssertUntouched();
    }

    [Fact]
    public void Without_memory_for_tables_nothing_is_added_and_6_18_stops()
    {
        // A block of 1G first, and then a table that there is no page for.
        var odd = new MemoryRange(Added.Start, Added.Start + Gigabyte + 128 * SplitBench.M);
        var bench = SplitBench.Large("6.19", limit: 0);
        Assert.Equal(KernelError.NoMemory, new MemoryHotplug(bench.Kernel, bench.Editor).Add(odd));
        Assert.Equal(bench.ShapeBefore().Runs, bench.Shape().Runs);

        var old = SplitBench.Large("6.18", limit: 0);
        Assert.Throws<KernelPanicException>(() => new MemoryHotplug(old.Kernel, old.Editor).Add(odd));
    }
}
