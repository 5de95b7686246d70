using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>split_kernel_leaf_mapping(): what it makes of leaves.</summary>
public class SplitPrimitiveTests
{
    private const ulong K = SplitBench.K;
    private const ulong M = SplitBench.M;
    private const ulong Gigabyte = 0x8000_0000;

    // 8 MiB after the second gigabyte: too short for a group of 32M.
    private const ulong Region = 0x8000_0000;

    private static SplitBench FourBlocks(long limit = long.MaxValue) => SplitBench.Of(new TestMachine
    {
        Version = "7.1",
        Memory = [(0x4000_0000, Region + 8 * M)],
        Cpus = [TestMachine.Listed],
    }, limit);

    [Fact]
    public void The_example_of_the_thread_word_for_word()
    {
        var bench = FourBlocks();
        Assert.Equal("4x2M", bench.Leaves(Region, Region + 8 * M));

        Assert.Equal(KernelError.None, bench.SplitAt(Region + 2052 * K, Region + 2052 * K));
        Assert.Equal("1x2M 16x4K 31x64K 2x2M", bench.Leaves(Region, Region + 8 * M));

        Assert.Equal(KernelError.None, bench.SplitAt(Region + 2052 * K, Region + 6208 * K));
        Assert.Equal("1x2M 16x4K 31x64K 1x2M 32x64K", bench.Leaves(Region, Region + 8 * M));
        Assert.Equal("15x4K 31x64K 1x2M 1x64K", bench.Leaves(Region + 2052 * K, Region + 6208 * K));
        Assert.Equal(2, bench.Kernel.Pages.Allocated);
        bench.AssertTranslatesAsBefore();
    }

    [Fact]
    public void A_permission_change_over_the_same_range_writes_just_those_leaves()
    {
        var bench = FourBlocks();
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        permissions.ChangeRange(
            new(bench.At(Region + 2052 * K), bench.At(Region + 6208 * K)), PermissionChange.ReadOnly);

        Assert.Equal("15x4K 31x64K 1x2M 1x64K", bench.Leaves(Region + 2052 * K, Region + 6208 * K));
        var changed = bench.Shape().Runs.Where(r => r.Start >= bench.At(Region) && (r.First.Bits & 1 << 7) != 0)
            .ToList();
        Assert.Equal(bench.At(Region + 2052 * K), changed[0].Start);
        Assert.Equal(bench.At(Region + 6208 * K), changed[^1].End(bench.Geometry));
        Assert.Equal(4156 * K, changed.Aggregate(0UL, (sum, r) => sum + (r.End(bench.Geometry) - r.Start)));
    }

    [Fact]
    public void One_page_of_a_gigabyte_leaves_everything_else_as_large_as_it_can_be()
    {
        var bench = SplitBench.Large();
        Assert.Equal("1x1G", bench.Leaves(Gigabyte, Gigabyte + 1024 * M));
        ulong page = Gigabyte + 5 * 32 * M + 3 * 2 * M + 7 * 64 * K + 5 * 4 * K;

        Assert.Equal(KernelError.None, bench.SplitAt(page, page + 4 * K));

        Assert.Equal("5x32M 3x2M 7x64K 16x4K 24x64K 12x2M 26x32M", bench.Leaves(Gigabyte, Gigabyte + 1024 * M));
        Assert.Equal(2, bench.Kernel.Pages.Allocated);
        bench.AssertTranslatesAsBefore();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024 * M)]
    public void The_boundary_of_a_leaf_costs_nothing(ulong offset)
    {
        var bench = SplitBench.Large();

        Assert.Equal(KernelError.None, bench.SplitAt(Gigabyte, Gigabyte + offset));

        bench.AssertUntouched();
    }

    [Fact]
    public void Where_nothing_is_mapped_it_succeeds()
    {
        var bench = SplitBench.Large(limit: 0);

        Assert.Equal(KernelError.None, bench.SplitAt(0x20_0000_0000 + 4 * K, 0x20_0000_0000 + 16 * K));

        bench.AssertUntouched();
    }

    [Fact]
    public void A_new_table_forbids_execution_where_the_block_did_and_carries_nothing_else_of_it()
    {
        var bench = SplitBench.Large();
        bench.SplitAt(Gigabyte + 2 * M, Gigabyte + 4 * M);

        var root = bench.Editor.Root(bench.Kernel.Swapper);
        var level1 = root.Child(bench.Geometry.Index(bench.At(Gigabyte), root.Level))!;
        var table = level1[bench.Geometry.Index(bench.At(Gigabyte), level1.Level)];

        Assert.Equal(3UL | 1UL << 10 | 1UL << 59 | 1UL << 60, table.Bits & ~bench.Geometry.AddressBits(Level.L3));
    }

    [Fact]
    public void The_children_of_an_invalid_block_are_invalid_and_still_there()
    {
        var bench = SplitBench.Large();
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);
        permissions.ChangeRange(
            new(bench.At(Gigabyte), bench.At(Gigabyte + 1024 * M)), PermissionChange.MakeInvalid(bench.Kernel.Rules));
        bench.Settle();
        Assert.False(bench.Word(Gigabyte).IsValid);

        Assert.Equal(KernelError.None, bench.SplitAt(Gigabyte + 4 * K, Gigabyte + 8 * K));

        var page = bench.Word(Gigabyte + 4 * K);
        Assert.Equal((false, true), (page.IsValid, page.NotGlobal));
        Assert.Equal(new PhysicalAddress(Gigabyte + 4 * K), page.OutputAddress(bench.Geometry, Level.L3));
        bench.AssertTranslatesAsBefore();
    }

    [Fact]
    public void One_page_costs_one_walk_and_ends_as_both_ends_would() =>
        Gen.Select(RandomMachine.MapAndRange, Gen.ULong).ForAll((at, _) =>
        {
            var (one, both) = (SplitBench.Painted(at.Map), SplitBench.Painted(at.Map));
            var (start, end) = (at.Range.Start, at.Range.Start + one.Page);

            Assert.Equal(KernelError.None, one.Split.Split(start, end));
            var split = new LeafSplit(both.Editor, both.Kernel.Pages, both.Kernel.Swapper);
            Assert.Equal((KernelError.None, KernelError.None), (split.At(start), split.At(end)));

            Assert.Equal(both.Kernel.Pages.Allocated, one.Kernel.Pages.Allocated);
            Assert.Equal(both.Shape().Runs, one.Shape().Runs);
        }, iter: 60);
}
