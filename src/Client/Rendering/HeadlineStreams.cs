using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The section on sequential work: reading, and dm-crypt.</summary>
internal static class HeadlineStreams
{
    private static readonly double[] Restarts = [0, 1, 2, 3];
    private static readonly double[] Sharing = [8, 1];
    private static readonly double[] Operations = [700, 900, 1100];
    private static readonly double[] Walks = [3, 4.5, 6];

    /// <summary>
    /// Parameters with another number of prefetcher restarts and another sharing of descriptor lines.
    /// </summary>
    public static CostParameters With(CostParameters parameters, double restarts, double sharing) => parameters
        .With("prefetch-restarts", restarts, ParameterOrigin.Given, "varied on this page")
        .With("pte-sharing", sharing, ParameterOrigin.Given, "varied on this page");

    public static string Render()
    {
        var usual = CostParameters.Usual;
        string transfer = HeadlinePage.F(StreamModel.Transfer(usual), "0");
        string reads = HeadlinePage.Table(
            [
                "misses until the prefetcher runs again",
                .. Sharing.Select(s => s > 1 ? "consecutive pages" : "scattered pages"),
            ],
            Restarts.Select(r => (string[])
            [
                HeadlinePage.F(r, "0"),
                .. Sharing.Select(s => CostText.Change(StreamModel.Speedup(With(usual, r, s)))),
            ]));
        string operations = HeadlinePage.Table(
            ["walks to memory", .. Operations.Select(o => $"{HeadlinePage.F(o / 1000, "0.0")} us")],
            Walks.Select(w => (string[])
            [
                HeadlinePage.F(w, "0.#"),
                .. Operations.Select(o => CostText.Change(StreamModel.OperationSpeedup(o, w, usual))),
            ]));
        return $"""

            ## Sequential read: a hypothesis

            A read of 100 GB through pages touches 200 MB of leaf descriptors, each once, so no cache holds them. Each
            page costs its part of a line from memory, {usual["dram-ns"]} ns, which the pages whose descriptors are in
            the line share: eight if pages are consecutive, one if they are not. Reading the page itself takes
            {transfer} ns at {usual["stream-gbs"]} GB/s (assumed). Walks alone do not explain +150 %. A prefetcher that
            stops at the end of a translation, and runs again only after some misses, does:

            {reads}
            Two misses and scattered pages give {CostText.Change(StreamModel.Speedup(usual))}, close to the published
            +150 %. No public counter confirms the effect of the prefetcher, but any machine can refute it: with
            consecutive pages the gain must fall as the table says, and with the prefetcher off it must nearly vanish.

            ## dm-crypt: overlaps

            An operation of 4 KB touches three pages of the linear map (page cache, bounce page, RAM disk) and lines of
            struct page, bio and slab. If each walk reads memory, and an operation without walks takes an assumed 0.7 to
            1.1 us:

            {operations}
            The published range, +90 to +150 %, is the lower left of the table and has a high variance itself. The trace
            of this project cannot decide: it counts instructions, not time, and its RAM disk is so small that caches
            hold its descriptors.

            ## Where the model shows no gain

            Not every machine gains. Intel measured 259 tests on four servers in 2021: on all four, mappings of 4 KB
            were the slowest on average, and in about 20 % of the tests they were the fastest. The model has such cases
            too. If there are few misses to save, the gain is less than the noise between boots; and `mmu tlb --map 64K`
            on Cortex-A35's two-way L2 TLB shows more walks than pages do, because large entries share few sets.
            """.Replace("\r", "", StringComparison.Ordinal) + "\n";
    }
}
