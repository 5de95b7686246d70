using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// __change_memory_common() and change_memory_common(): what is written, what is refused and what is flushed.
/// </summary>
public class MemoryPermissionsTests
{
    private const ulong Gigabyte = 0x8000_0000;
    private const ulong Block = 0x20_0000;
    private const ulong ReadOnlyBit = 1UL << 7;
    private const ulong WriteBit = 1UL << 51;

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

    [Theory]
    [InlineData("7.1", "", true)]
    [InlineData("6.18", "rodata=noalias", false)]
    [InlineData("7.1", "rodata=noalias", false)]
    public void Aliases_follow_page_by_page_where_rodata_is_protected_in_full(
        string version, string commandLine, bool follow)
    {
        var bench = SplitBench.Large(version, commandLine);
        var area = Area(bench, 8);
        bench.Settle();
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        Assert.Equal(KernelError.None, permissions.ChangeArea(area, area.Part(2, 3), PermissionChange.ReadOnly).Error);

        for (int i = 0; i < 8; i++)
        {
            ulong pa = area.Pages[i].Value;
            bool asked = i is >= 2 and < 5;
            Assert.Equal(asked, IsReadOnly(bench.WordAt(area.Start + (ulong)i * 0x1000)));
            Assert.Equal(asked && follow, IsReadOnly(bench.Word(pa)));
            Assert.False(IsReadOnly(bench.Word(pa - 0x1000)) || IsReadOnly(bench.Word(pa + 0x1000)));
        }

        // Each alias with a flush of its own, then the area.
        var aliases = follow ? area.Pages[2..5].Select(p => (bench.Kernel.Layout.ToVirtual(p), 0x1000UL)) : [];
        Assert.Equal(
            [.. aliases, (area.Start + 0x2000, 0x3000UL)], permissions.Flushes.Select(f => (f.Address, f.Length)));
    }

    [Fact]
    public void Execution_concerns_no_alias()
    {
        var bench = SplitBench.Large();
        var area = Area(bench, 4);
        var linear = bench.Leaves(Gigabyte, Gigabyte + (1UL << 30));
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        foreach (var change in (PermissionChange[])[PermissionChange.Execute, PermissionChange.NoExecute])
            Assert.Equal(KernelError.None, permissions.ChangeArea(area, area.Range, change).Error);

        Assert.Equal(2, permissions.Flushes.Count);
        Assert.Equal(linear, bench.Leaves(Gigabyte, Gigabyte + (1UL << 30)));
    }

    [Fact]
    public void An_area_of_blocks_and_addresses_outside_an_area_are_EINVAL()
    {
        var bench = SplitBench.Large();
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);
        var huge = new VmallocSpace(bench.Kernel).Map(bench.Editor, Scattered(4), allowHuge: true);
        var area = huge with { AllowsHuge = false };
        var after = new LinearRange(area.Start, area.End + 0x1000);
        var before = new LinearRange(new(area.Start.Value - 0x1000), area.End);
        bench.Settle();

        Assert.Equal(
            KernelError.InvalidArgument, permissions.ChangeArea(huge, huge.Range, PermissionChange.ReadOnly).Error);
        Assert.Equal(KernelError.InvalidArgument, permissions.ChangeArea(area, after, PermissionChange.ReadOnly).Error);
        Assert.Equal(
            KernelError.InvalidArgument, permissions.ChangeArea(area, before, PermissionChange.ReadOnly).Error);
        // The area is looked up before it is asked whether there is anything to do.
        Assert.Equal(KernelError.InvalidArgument,
            permissions.ChangeArea(huge, huge.Part(0, 0), PermissionChange.ReadOnly).Error);

        Assert.Empty(permissions.Flushes);
        Assert.Equal(bench.ShapeBefore().Runs, bench.Shape().Runs);
    }

    [Fact]
    public void A_misaligned_address_of_an_area_is_rounded_down_with_a_warning()
    {
        var bench = SplitBench.Large();
        var area = Area(bench, 4);
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);
        var start = area.Start + 0x1234;

        Assert.Equal(KernelError.None,
            permissions.ChangeArea(area, new(start, start + 0x1000), PermissionChange.ReadOnly).Error);

        Assert.Contains("not page aligned", Assert.Single(permissions.Warnings), StringComparison.Ordinal);
        Assert.Equal([false, true, false, false], area.Addresses.Select(va => IsReadOnly(bench.WordAt(va))));
    }

    [Theory]
    [InlineData("6.18", KernelError.None, 8, 8)]
    [InlineData("6.19", KernelError.NoMemory, 0, 0)]
    public void What_an_alias_returns_counts_since_6_19(string version, KernelError error, int areaPages, int tried)
    {
        var bench = SplitBench.Large(version);
        var area = Area(bench, 8);
        bench.With(k => k with { Pages = RangeSplitTests.AnyPages(bench.Map, 0) });
        var permissions = new MemoryPermissions(bench.Kernel, bench.Editor);

        Assert.Equal(error, permissions.ChangeArea(area, area.Range, PermissionChange.ReadOnly).Error);

        // 6.19 stops at the first alias and leaves the area alone.
        Assert.Equal(tried == 0 ? 1 : tried + 1, permissions.Flushes.Count);
        Assert.Equal(areaPages, area.Addresses.Count(va => IsReadOnly(bench.WordAt(va))));
        Assert.DoesNotContain(area.Pages, p => IsReadOnly(bench.Word(p.Value)));
    }

    [Fact]
    public void Through_6_18_a_part_of_an_area_changes_the_aliases_of_all_of_it()
    {
        var bench = SplitBench.Large("6.18");
        var area = Area(bench, 4);

        new MemoryPermissions(bench.Kernel, bench.Editor).ChangeArea(area, area.Part(1, 1), PermissionChange.ReadOnly);

        Assert.All(area.Pages, p => Assert.True(IsReadOnly(bench.Word(p.Value))));
        Assert.Equal(1, area.Addresses.Count(va => IsReadOnly(bench.WordAt(va))));
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

    private static bool IsReadOnly(Descriptor leaf) => (leaf.Bits & ReadOnlyBit) != 0 && (leaf.Bits & WriteBit) == 0;

    private static LinearRange Range(SplitBench bench, ulong pa, ulong bytes) =>
        new(bench.At(pa), bench.At(pa + bytes));

    // Pages 5 MiB apart: none is a neighbour of another.
    private static ImmutableArray<PhysicalAddress> Scattered(int pages) =>
        [.. Enumerable.Range(1, pages).Select(i => new PhysicalAddress(Gigabyte + (ulong)i * 0x50_3000))];

    private static VmallocArea Area(SplitBench bench, int pages) =>
        new VmallocSpace(bench.Kernel).Map(bench.Editor, Scattered(pages));
}
