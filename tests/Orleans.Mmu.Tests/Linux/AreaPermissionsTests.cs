using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Linux.Vmalloc;
using static Orleans.Mmu.Tests.Linux.PermissionBench;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>change_memory_common() on areas of vmalloc(): which addresses it takes, and which aliases follow.</summary>
public class AreaPermissionsTests
{
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
}
