using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;
using static Orleans.Mmu.Tests.Linux.PermissionBench;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// __change_memory_common() and change_memory_common(): what is written, what is refused and what is flushed.
/// </summary>
public class MemoryPermissionsTests
{
    [Fact]
    public void A_leaf_that_reaches_beyond_is_refused_and_what_was_written_before_it_stays()
    {
        // 6.18 before the capability is final: the split claims success.
        var bench = SplitBench.Large("6.18");
        bench.SplitAt(Gigabyte + 2 * Block, Gigabyte + 3 * Block);
        bench.With(k => k with { Capability = NoAbortCapability.BootCpu(true), OnlineCpus = 1 });
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        var outcome =
            permissions.ChangeRange(Range(bench, Gigabyte + Block, 2 * Block + 0x1000), PermissionChange.ReadOnly);

        Assert.Equal((KernelError.InvalidArgument, bench.At(Gigabyte + 3 * Block)), (outcome.Error, outcome.At));
        Assert.Contains("the leaf of 2M", Assert.Single(permissions.Warnings), StringComparison.Ordinal);
        Assert.Equal([false, true, true, false], Enumerable.Range(0, 4)
            .Select(i => IsReadOnly(bench.Word(Gigabyte + (ulong)i * Block))));
        // A part was written, so it is flushed, error or not.
        Assert.Single(permissions.Flushes);
    }

    [Fact]
    public void A_split_that_fails_changes_no_permission_and_is_flushed_all_the_same()
    {
        var bench = SplitBench.Large(limit: 1);
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        var outcome = permissions.ChangeRange(Range(bench, Gigabyte + 0x1000, 0x1000), PermissionChange.ReadOnly);

        Assert.Equal(KernelError.NoMemory, outcome.Error);
        Assert.Contains("-ENOMEM", Assert.Single(permissions.Warnings), StringComparison.Ordinal);
        Assert.Single(permissions.Flushes);
        bench.AssertTranslatesAsBefore();
    }

    [Theory]
    [InlineData("6.18")]
    [InlineData("7.1")]
    public void Only_what_was_invalid_and_becomes_valid_needs_no_flush(string version)
    {
        var bench = SplitBench.Large(version);
        var page = Range(bench, Gigabyte + 0x5000, 0x1000);
        PermissionChange[] changes =
        [
            PermissionChange.ReadOnly, PermissionChange.ReadWrite, PermissionChange.NoExecute, PermissionChange.Execute,
            PermissionChange.MakeInvalid(bench.Kernel.Rules), PermissionChange.MakeValid(bench.Kernel.Rules),
        ];
        foreach (var change in changes)
        {
            var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

            Assert.Equal(KernelError.None, permissions.ChangeRange(page, change).Error);

            bool valid = change == PermissionChange.MakeValid(bench.Kernel.Rules);
            Assert.Equal(valid ? []
                : [new TlbiOperation(TlbiScope.VaAllAsidsLastLevel, true, page.Start, 0x1000)], permissions.Flushes);
        }
    }

    [Theory]
    [InlineData(511, false)]
    [InlineData(512, true)]
    public void As_many_pages_as_a_table_has_entries_are_flushed_with_everything_else(ulong pages, bool everything)
    {
        var bench = SplitBench.Large();
        var flush = KernelFlush.Of(Range(bench, Gigabyte, pages * 0x1000), bench.Geometry);

        Assert.Equal(everything, flush == TlbiOperation.Vmalle1Is);
        Assert.Equal(!everything, flush.ByAddress && flush.LastLevelOnly && flush.Length == pages * 0x1000);
    }

    [Fact]
    public void A_flush_covers_whole_pages() => Assert.Equal(
        new TlbiOperation(TlbiScope.VaAllAsidsLastLevel, true, new(0xffff_0000_0000_1000), 0x3000),
        KernelFlush.Of(
            new(new(0xffff_0000_0000_1fff), new(0xffff_0000_0000_3001)), TranslationGeometry.Create(Granule.K4, 48)));

    [Fact]
    public void No_pages_of_addresses_are_EINVAL_and_no_pages_of_an_area_are_fine()
    {
        var bench = SplitBench.Large();
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);
        var area = Area(bench, 4);

        Assert.Equal(KernelError.InvalidArgument,
            permissions.ChangeRange(Range(bench, Gigabyte, 0), PermissionChange.ReadOnly).Error);
        Assert.Equal(KernelError.None, permissions.ChangeArea(area, area.Part(2, 0), PermissionChange.ReadOnly).Error);

        Assert.Empty(permissions.Flushes);
    }

    [Fact]
    public void Before_6_18_a_block_is_refused_even_whole()
    {
        var bench = SplitBench.Large("6.17", "rodata=off kfence.sample_interval=100");
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        var outcome = permissions.ChangeRange(
            Range(bench, Gigabyte, 1UL << 30), PermissionChange.MakeInvalid(bench.Kernel.Rules));

        Assert.Equal(KernelError.InvalidArgument, outcome.Error);
        Assert.Contains("is no page", Assert.Single(permissions.Warnings), StringComparison.Ordinal);
        bench.AssertUntouched();
    }

    [Fact]
    public void A_group_inside_the_range_stays_one_and_all_its_members_change()
    {
        var bench = SplitBench.Large();
        bench.SplitAt(Gigabyte + 32 * SplitBench.M, Gigabyte + 64 * SplitBench.M);

        new MemoryPermissions(bench.Kernel, bench.Editor).ChangeRange(
            Range(bench, Gigabyte + 32 * SplitBench.M, 32 * SplitBench.M), PermissionChange.ReadOnly);

        Assert.Equal("32x32M", bench.Leaves(Gigabyte, Gigabyte + (1UL << 30)));
        for (ulong i = 0; i < 48; i++)
            Assert.Equal((i is >= 16 and < 32, true),
                (IsReadOnly(bench.Word(Gigabyte + i * Block)), bench.Word(Gigabyte + i * Block).Contiguous));
    }
}
