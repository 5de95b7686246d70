using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The callers that take pages out of the linear map: set_direct_map_*(), memfd_secret(), KFENCE.</summary>
public class DirectMapTests
{
    private const ulong Page = 0x8123_4000;

    // Nothing changes permissions: no rodata, and KFENCE has its pool.
    private const string NeverChanges = "rodata=off kfence.sample_interval=100";

    [Theory]
    [InlineData("6.18")]
    [InlineData("7.1")]
    public void A_page_goes_and_comes_back_and_nobody_flushes(string version)
    {
        var (bench, permissions) = Start(version);
        var directMap = new DirectMap(bench.Kernel, permissions);

        Assert.Equal(KernelError.None, directMap.MakeInvalid(new(Page)).Error);
        Assert.Equal([true, false, true], Neighbours(bench).Select(d => d.IsValid));
        Assert.Equal(KernelError.None, directMap.Restore(new(Page)).Error);

        Assert.Equal([true, true, true], Neighbours(bench).Select(d => d.IsValid));
        Assert.Empty(permissions.Flushes);
        bench.AssertTranslatesAsBefore();
    }

    [Fact]
    public void Restoring_makes_a_read_only_page_writable()
    {
        var (bench, permissions) = Start("7.1");
        permissions.ChangeAliases([new(Page)], PermissionChange.ReadOnly);

        new DirectMap(bench.Kernel, permissions).Restore(new(Page));

        bench.AssertTranslatesAsBefore();
    }

    [Fact]
    public void Several_pages_at_once_are_flushed_on_their_way_out_whatever_the_name_says()
    {
        var (bench, permissions) = Start("7.1");
        var directMap = new DirectMap(bench.Kernel, permissions);

        Assert.Equal(KernelError.None, directMap.SetValid(new(Page), 3, false).Error);
        Assert.Equal((bench.At(Page), 0x3000UL), Assert.Single(permissions.Flushes.Select(f => (f.Address, f.Length))));
        Assert.Equal(KernelError.None, directMap.SetValid(new(Page), 3, true).Error);

        Assert.Single(permissions.Flushes);
        bench.AssertTranslatesAsBefore();
    }

    [Theory]
    [InlineData("6.18", NeverChanges, false)]
    [InlineData("7.1", NeverChanges, false)]
    [InlineData("7.1", "rodata=off", true)]
    [InlineData("7.1", "rodata=off kfence.sample_interval=100 debug_pagealloc=on", true)]
    public void Where_the_map_is_not_set_up_for_it_nothing_happens_and_it_succeeds(
        string version, string commandLine, bool changes)
    {
        var (bench, permissions) = Start(version, commandLine);
        var directMap = new DirectMap(bench.Kernel, permissions);

        Assert.Equal(KernelError.None, directMap.MakeInvalid(new(Page)).Error);
        Assert.Equal(!changes, bench.Word(Page).IsValid);
        Assert.Equal(KernelError.None, directMap.SetValid(new(Page), 2, false).Error);

        Assert.Equal(changes, bench.Kernel.CanSetDirectMap);
        if (!changes)
            bench.AssertUntouched();
    }

    [Fact]
    public void Secret_memory_is_flushed_before_it_is_handed_out_and_not_when_it_comes_back()
    {
        var (bench, permissions) = Start("7.1");
        var secret = new SecretMemory(bench.Kernel, permissions);

        Assert.Equal(KernelError.None, secret.Take(new(Page), out var flush).Error);
        Assert.Equal(new TlbiOperation(TlbiScope.VaAllAsidsLastLevel, true, bench.At(Page), 0x1000), flush);
        Assert.Equal([true, false, true], Neighbours(bench).Select(d => d.IsValid));
        Assert.Equal(KernelError.None, secret.Free(new(Page)).Error);

        Assert.Empty(permissions.Flushes);
        bench.AssertTranslatesAsBefore();
    }

    [Fact]
    public void Secret_memory_that_cannot_be_split_out_is_refused_and_nothing_flushed()
    {
        var (bench, permissions) = Start("7.1", limit: 1);

        Assert.Equal(
            KernelError.NoMemory, new SecretMemory(bench.Kernel, permissions).Take(new(Page), out var flush).Error);

        Assert.Null(flush);
        bench.AssertTranslatesAsBefore();
    }

    [Theory]
    [InlineData("6.18")]
    [InlineData("7.1")]
    public void A_late_pool_of_KFENCE_becomes_pages_at_once_so_that_protecting_needs_no_memory(string version)
    {
        var (bench, _) = Start(version);
        var pool = new LinearRange(bench.At(0x8020_0000), bench.At(0x8040_0000));
        var guard = new KfenceGuard(bench.Kernel, bench.Editor, new(bench.Kernel, bench.Editor));

        Assert.Equal(KernelError.None, guard.InitializeLate(pool));
        Assert.Equal("512x4K", bench.Leaves(0x8020_0000, 0x8040_0000));
        bench.AssertTranslatesAsBefore();

        bench.With(k => k with
        {
            Pages = RangeSplitTests.AnyPages(bench.Map, 0),
            KfencePool =
            new(new(0x8020_0000), new(0x8040_0000))
        });
        guard = new(bench.Kernel, bench.Editor, new(bench.Kernel, bench.Editor));
        Assert.Equal(KernelError.None, guard.Protect(bench.At(0x8030_1000), true).Error);
        Assert.False(bench.Word(0x8030_1000).IsValid);
        Assert.Equal(KernelError.None, guard.Protect(bench.At(0x8030_1000), false).Error);
        bench.AssertTranslatesAsBefore();
    }

    [Fact]
    public void A_late_pool_without_memory_for_tables_is_given_up()
    {
        var (bench, permissions) = Start("7.1", limit: 1);

        Assert.Equal(KernelError.NoMemory,
            new KfenceGuard(bench.Kernel, bench.Editor, permissions).InitializeLate(
                new(bench.At(0x8020_0000), bench.At(0x8040_0000))));

        bench.AssertTranslatesAsBefore();
    }

    private static (SplitBench Bench, MemoryPermissions Permissions) Start(
        string version, string commandLine = "", long limit = long.MaxValue)
    {
        var bench = SplitBench.Large(version, commandLine, limit);
        return (bench, new(bench.Kernel, bench.Editor));
    }

    private static IEnumerable<Descriptor> Neighbours(SplitBench bench) =>
        [bench.Word(Page - 0x1000), bench.Word(Page), bench.Word(Page + 0x1000)];
}
