using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>What split_kernel_leaf_mapping() asks before it splits, in which order, by version.</summary>
public class SplitRefusalTests
{
    private const ulong Aligned = 0x8000_1000;
    private const ulong Misaligned = 0x8000_1800;

    private static readonly NoAbortCapability Unknown = NoAbortCapability.BootCpu(true);

    [Theory]
    [InlineData("6.18")]
    [InlineData("7.1")]
    [InlineData("7.3")]
    public void A_misaligned_end_is_EINVAL_where_the_map_may_be_split(string version)
    {
        var bench = SplitBench.Large(version);

        Assert.Equal(KernelError.InvalidArgument, bench.SplitAt(Misaligned, Aligned + 0x2000));
        Assert.Equal(KernelError.InvalidArgument, bench.SplitAt(Aligned, Misaligned + 0x2000));
        // A page apart, and neither a page's boundary.
        Assert.Equal(KernelError.InvalidArgument, bench.SplitAt(Misaligned, Misaligned + 0x1000));

        bench.AssertUntouched();
    }

    [Theory]
    [InlineData("6.12")]
    [InlineData("6.17")]
    public void Kernels_without_it_split_nothing_whatever_is_asked(string version)
    {
        var bench = SplitBench.Large(version, "rodata=off kfence.sample_interval=100");
        Assert.Equal("1x1G", bench.Leaves(0x8000_0000, 0xc000_0000));

        Assert.Equal(KernelError.None, bench.SplitAt(Aligned, Aligned + 0x1000));
        Assert.Equal(KernelError.None, bench.SplitAt(Misaligned, Aligned + 0x1000));

        bench.AssertUntouched();
    }

    // Until f12b435de2f2 the capability that is not final came first, and hid a misaligned end as well.
    [Theory]
    [InlineData(Aligned)]
    [InlineData(Misaligned)]
    public void Before_the_capability_is_final_6_18_claims_success_and_splits_nothing(ulong start)
    {
        foreach (int online in (int[])[1, 2])
        {
            var bench = SplitBench.Large("6.18")
                .With(k => k with { Capability = Unknown, OnlineCpus = online, PageAllocatorUp = online > 1 });
            var split = bench.Split;

            Assert.Equal(KernelError.None, split.Split(bench.At(start), bench.At(Aligned + 0x1000)));

            Assert.Empty(split.Warnings);
            bench.AssertUntouched();
        }
    }

    [Theory]
    [InlineData(Aligned, 1, false)]
    [InlineData(Misaligned, 1, false)]
    [InlineData(Aligned, 2, false)]
    [InlineData(Aligned, 2, true)]
    [InlineData(Misaligned, 2, true)]
    public void In_the_two_windows_of_boot_7_1_is_busy_and_says_so_even_where_an_end_is_misaligned(
        ulong start, int online, bool allocator)
    {
        var bench = SplitBench.Large("7.1")
            .With(k => k with { Capability = Unknown, OnlineCpus = online, PageAllocatorUp = allocator });
        var split = bench.Split;

        Assert.Equal(KernelError.Busy, split.Split(bench.At(start), bench.At(Aligned + 0x1000)));

        Assert.Contains(
            allocator ? "CPUs come up" : "page allocator", Assert.Single(split.Warnings), StringComparison.Ordinal);
        bench.AssertUntouched();
    }

    [Fact]
    public void Between_the_windows_the_boot_CPU_alone_may_split()
    {
        var bench = SplitBench.Large("7.1").With(k => k with { Capability = Unknown, OnlineCpus = 1 });

        Assert.Equal(KernelError.InvalidArgument, bench.SplitAt(Misaligned, Aligned + 0x1000));
        Assert.Equal(KernelError.None, bench.SplitAt(Aligned, Aligned + 0x1000));

        Assert.Equal(2, bench.Kernel.Pages.Allocated);
        bench.AssertTranslatesAsBefore();
    }

    [Theory]
    [InlineData("6.18")]
    [InlineData("7.1")]
    public void Once_it_is_final_that_a_CPU_may_not_nothing_is_split_and_nothing_refused(string version)
    {
        var bench = SplitBench.Large(version).With(k => k with { Capability = new(Present: false, Finalized: true) });

        Assert.Equal(KernelError.None, bench.SplitAt(Misaligned, Aligned + 0x1000));
        Assert.Equal(KernelError.None, bench.SplitAt(Aligned, Aligned + 0x1000));

        bench.AssertUntouched();
    }

    // Asked before anything that could sleep or fail: KFENCE changes permissions from atomic context.
    [Theory]
    [InlineData("6.18", true)]
    [InlineData("7.1", true)]
    [InlineData("7.1", false)]
    public void An_address_of_KFENCE_is_never_split(string version, bool final)
    {
        var pool = new MemoryRange(new(0x8000_0000), new(0x8020_0000));
        var bench = SplitBench.Large(version, limit: 0).With(k => k with
        {
            KfencePool = pool,
            Capability = final ? k.Capability : Unknown,
            PageAllocatorUp = final,
        });
        var split = bench.Split;

        Assert.Equal(KernelError.None, split.Split(bench.At(Aligned), bench.At(Aligned + 0x1000)));
        Assert.Equal(KernelError.None, split.Split(bench.At(Misaligned), bench.At(Aligned + 0x1000)));
        Assert.Equal(KernelError.None, split.Split(bench.At(0x801f_f000), bench.At(0x8020_0000)));

        Assert.Empty(split.Warnings);
        bench.AssertUntouched();
        if (final)
            Assert.Equal(KernelError.NoMemory, split.Split(bench.At(0x8020_0000), bench.At(0x8020_1000)));
    }

    [Theory]
    [InlineData("6.18")]
    [InlineData("7.1")]
    public void With_debug_pagealloc_nothing_is_split(string version)
    {
        var debug = new TestMachine
        {
            Version = version,
            CommandLine = "debug_pagealloc=on",
            Cpus =
            [TestMachine.Listed]
        }.Describe();
        var bench = SplitBench.Large(version, limit: 0)
            .With(k => k with { Machine = debug, Decision = PaintDecision.OfBootCpu(debug) });

        Assert.Equal(KernelError.None, bench.SplitAt(Aligned, Aligned + 0x1000));
        Assert.Equal(KernelError.None, bench.SplitAt(Misaligned, Aligned + 0x1000));

        bench.AssertUntouched();
    }

    // linear_map_requires_bbml2 is false where nothing ever changes a permission; 6.18 did not ask for it.
    [Theory]
    [InlineData("6.18", true)]
    [InlineData("7.1", false)]
    public void A_map_whose_permissions_never_change_is_split_by_6_18_alone(string version, bool splits)
    {
        var bench = SplitBench.Large(version, "rodata=off kfence.sample_interval=100");

        Assert.Equal(KernelError.None, bench.SplitAt(Aligned, Aligned + 0x1000));

        Assert.Equal(splits ? 2 : 0, bench.Kernel.Pages.Allocated);
        Assert.Equal(
            splits ? KernelError.InvalidArgument : KernelError.None, bench.SplitAt(Misaligned, Aligned + 0x1000));
    }

    [Fact]
    public void The_numbers_and_names_of_errors_are_Linuxs() => Assert.Equal(
        [("0", 0), ("-EPERM", -1), ("-E2BIG", -7), ("-ENOMEM", -12), ("-EBUSY", -16), ("-EEXIST", -17),
        ("-EINVAL", -22)],
        Enum.GetValues<KernelError>().OrderByDescending(e => (int)e).Select(e => (e.Name(), (int)e)));
}
