using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>split_kernel_leaf_mapping() without memory for the tables that it needs.</summary>
public class SplitWithoutMemoryTests
{
    private const ulong K = SplitBench.K;
    private const ulong M = SplitBench.M;
    private const ulong Gigabyte = 0x8000_0000;

    [Fact]
    public void Without_memory_a_group_is_dissolved_and_its_block_still_there()
    {
        var bench = SplitBench.Of(new TestMachine
        {
            Version = "7.1",
            Memory = [(0x4000_0000, 0x8400_0000)],
            Cpus =
            [TestMachine.Listed]
        }, limit: 0);
        Assert.Equal("2x32M", bench.Leaves(0x8000_0000, 0x8400_0000));

        Assert.Equal(KernelError.NoMemory, bench.SplitAt(0x8200_1000, 0x8200_2000));

        Assert.Equal("1x32M 16x2M", bench.Leaves(0x8000_0000, 0x8400_0000));
        bench.AssertTranslatesAsBefore();
    }

    [Fact]
    public void Whichever_table_cannot_be_had_nothing_is_lost_and_a_second_attempt_succeeds()
    {
        ulong start = Gigabyte + 33 * M + 4 * K;
        ulong end = Gigabyte + 1024 * M + 70 * M + 12 * K;
        var whole = SplitBench.Large();
        Assert.Equal(KernelError.None, whole.SplitAt(start, end));
        Assert.Equal(4, whole.Kernel.Pages.Allocated);
        var wanted = whole.Shape().Runs;
        for (int n = 0; n < 4; n++)
        {
            var bench = SplitBench.Large(limit: n);

            Assert.Equal(KernelError.NoMemory, bench.SplitAt(start, end));

            Assert.Equal(n, bench.Kernel.Pages.Allocated);
            bench.AssertTranslatesAsBefore();
            // The first end is split before the second is tried, and stays split.
            Assert.Equal(n >= 2 ? bench.At(start) : (VirtualAddress?)null, StartsLeaf(bench, start));
            Assert.Equal(n < 1 ? 1024 * M : n < 2 ? 2 * M : 4 * K, bench.Shape().LeafAt(bench.At(start))!.Value.Size);

            bench.With(k => k with { Pages = RangeSplitTests.AnyPages(bench.Map) });
            Assert.Equal(KernelError.None, bench.SplitAt(start, end));
            Assert.Equal(4 - n, bench.Kernel.Pages.Allocated);
            Assert.Equal(wanted, bench.Shape().Runs);
        }
    }

    [Fact]
    public void Running_out_of_memory_is_harmless_on_any_machine() =>
        Gen.Select(RandomMachine.MapAndRange, Gen.Int[0, 3]).ForAll((at, limit) =>
        {
            var (whole, bench) = (SplitBench.Painted(at.Map), SplitBench.Painted(at.Map, limit));
            Assert.Equal(KernelError.None, whole.Split.Split(at.Range.Start, at.Range.End));
            long needed = whole.Kernel.Pages.Allocated;
            Assert.InRange(needed, 0, 4);

            Assert.Equal(limit < needed ? KernelError.NoMemory
                : KernelError.None, bench.Split.Split(at.Range.Start, at.Range.End));

            bench.AssertTranslatesAsBefore();
            bench.With(k => k with { Pages = RangeSplitTests.AnyPages(at.Map) });
            Assert.Equal(KernelError.None, bench.Split.Split(at.Range.Start, at.Range.End));
            Assert.Equal(whole.Shape().Runs, bench.Shape().Runs);
        }, iter: 60);

    private static VirtualAddress? StartsLeaf(SplitBench bench, ulong pa) =>
        bench.Shape().LeafAt(bench.At(pa)) is { } leaf && leaf.Start == bench.At(pa) ? leaf.Start : null;
}
