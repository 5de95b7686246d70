using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// What an event costs does not grow with the trace. Traces of 200,000 stores without a DSB, and of many IDs, are
/// judged in a moment: a cost that grew with what came before would take minutes.
/// </summary>
public sealed class LintCostTests
{
    private const int Many = 200_000;
    private const int ManyIds = 20_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_long_trace_costs_no_allocation_for_each_event(int asid)
    {
        // The first events are kept, and every table is known by then.
        long shorter = Allocated(20_000), longer = Allocated(40_000);
        Assert.InRange(longer - shorter, long.MinValue, 5 * 20_000);

        long Allocated(int pages)
        {
            byte[] trace = Encoding.ASCII.GetBytes(Pages(pages, (ulong)asid).ToString());
            long before = GC.GetAllocatedBytesForCurrentThread();
            using var stream = new MemoryStream(trace);
            Assert.Null(CasemateLint.Run(
                "t", stream, [BbmLevel.Level0], CasemateLint.MaxPages, null, CancellationToken.None).Violation);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    // Pages of one table come and go, five events for each; under an ASID, they are not global.
    private static TraceText Pages(int count, ulong asid)
    {
        const ulong notGlobal = 1UL << 11;
        var trace = Tree().Register("ttbr0_el1", asid << 48 | TraceText.Root).Isb();
        for (int page = 0; page < count; page++)
        {
            ulong address = TraceText.Pte + (ulong)(page % 512) * 8;
            trace.Write(address, TraceText.Page((ulong)page << 12) | (asid == 0 ? 0 : notGlobal)).Write(address, 0)
                .Flush(asid == 0 ? "vaale1is" : "vale1is", asid << 48 | (uint)(page % 512));
        }

        return trace;
    }

    private static TraceText Tree() => new TraceText().Write(TraceText.Root, 0x2003).Write(TraceText.Pud, 0x3003)
        .Write(TraceText.Pmd, 0x4003).Register("ttbr0_el1", TraceText.Root).Isb();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(512, 1)]
    [InlineData(512, 400)]
    public void Stores_to_pages_outside_trees_without_a_DSB(int words, int pages)
    {
        var trace = new TraceText().Write(TraceText.Root, 0x2003).Write(TraceText.Pud, 0x3003)
            .Register("ttbr0_el1", TraceText.Root).Isb();
        for (int i = 0; i < Many; i++)
            Store(trace, i, words, pages, TraceText.Page((ulong)i << 12));
        Assert.Null(trace.Lint(BbmLevel.Level0).Violation);
        trace.Dsb("ishst");
        for (int i = 0; i < pages; i++)
            trace.Write(TraceText.Pmd + (ulong)i * 8, (TraceText.Pte + (ulong)i * 4096) | 3);
        Assert.Null(trace.Lint(BbmLevel.Level0).Violation);
    }

    [Fact]
    public void Stores_of_one_CPU_that_replace_one_old_word_are_kept_once_and_a_DSB_removes_them_all()
    {
        var stores = new PageStores();
        for (int i = 0; i < Many; i++)
            stores.Add(new(Word: i % 4, Old: 3, Writer: i % 2, new(i + 1, (ulong)i)));
        Assert.Equal(4, stores.Count);
        Assert.Equal([Many - 3, Many - 2, Many - 1, Many], stores.That(_ => true).Select(s => s.Event.At));
        stores.Prune(1, new() { [0] = Many + 1 });
        Assert.Equal([Many - 2, Many], stores.That(_ => true).Select(s => s.Event.At));
        Assert.Equal(2, stores.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Stores_to_tables_without_a_DSB(bool flushes)
    {
        var trace = Tree();
        for (int i = 0; i < 391; i++)
            trace.Write(TraceText.Pmd + (ulong)i * 8, (TraceText.Pte + (ulong)i * 4096) | 3);
        // Each word becomes valid once, and is cleared.
        for (int i = 0; i < Many / 2; i++)
            Store(trace, i, 512, 391, TraceText.Page((ulong)i << 12));
        for (int i = 0; i < Many / 2; i++)
            Store(trace, i, 512, 391, 0);
        if (flushes)
            trace.Flush("vmalle1is");
        Store(trace, 0, 512, 391, TraceText.Page(0x7000_0000));
        Assert.Equal(flushes, trace.Lint(BbmLevel.Level0).Violation is null);
    }

    private static void Store(TraceText trace, int number, int words, int pages, ulong value) => trace.Add(
        string.Create(
            CultureInfo.InvariantCulture,
            $"mem-write ID (mem-order plain) (address 0x{Address(number, words, pages):x}) (value 0x{value:x})"));

    private static ulong Address(int number, int words, int pages) =>
        TraceText.Pte + (ulong)(number % pages) * 4096 + (ulong)(number / pages % words) * 8;

    [Fact]
    public void A_TLBI_that_comes_again_and_again_without_a_DSB()
    {
        var trace = Tree();
        for (int i = 0; i < 512; i++)
            trace.Write(TraceText.Pte + (ulong)i * 8, TraceText.Page((ulong)i << 12));
        for (int i = 0; i < 512; i++)
            trace.Write(TraceText.Pte + (ulong)i * 8, 0);
        trace.Dsb("ishst");
        for (int i = 0; i < Many; i++)
            trace.Tlbi("vmalle1is");
        var open = trace.Lint(BbmLevel.Level0);
        Assert.Null(open.Violation);
        trace.Write(TraceText.Pte, TraceText.Page(0x7000_0000));
        // The last of them is the one that no DSB has completed.
        Assert.Contains(
            $"no DSB ISH of CPU 0 has completed the TLBI of event {open.Events - 1}",
            trace.Lint(BbmLevel.Level0).Violation!.Reason, StringComparison.Ordinal);
    }

    /// <summary>CPU 0 alone holds the tree, and each table has a page of its own.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(500, true)]
    public void Tables_that_are_unlinked_behind_DSBs_of_their_CPU_alone(int words, bool frees)
    {
        const int perTable = 10;
        var trace = Tree();
        for (int i = 0; i < Many / perTable; i++)
        {
            ulong table = TraceText.Pte + 0x10_0000 + (ulong)i * 4096;
            ulong descriptor = TraceText.Pmd + 8 + (ulong)(i % words) * 8;
            if (frees)
                trace.Add($"mem-init ID (address 0x{table:x}) (size 0x1000)");
            trace.Write(table, TraceText.Page(0x5000_0000)).Dsb("nsh").Write(descriptor, table | 3).Dsb("nsh")
                .Write(descriptor, 0).Dsb("nsh").Tlbi("vmalle1").Dsb("nsh");
            if (frees)
                trace.Add($"mem-free ID (address 0x{table:x}) (size 0x1000)");
        }

        Assert.Null(trace.Lint(BbmLevel.Level0).Violation);
        trace.Register("ttbr0_el1", TraceText.Root, cpu: 1);
        Assert.Contains(
            "CPU 1, which takes the tree up, may still re", trace.Lint(BbmLevel.Level0).Violation!.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_that_is_walked_under_many_ASIDs()
    {
        var trace = Tree();
        for (ulong asid = 1; asid <= ManyIds; asid++)
            trace.Register("ttbr0_el1", asid << 48 | TraceText.Root).Isb();
        Assert.Null(trace.Lint(BbmLevel.Level0).Violation);
    }
}
