using Orleans.Mmu.Costs.Parameters;

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
        return $"""

            ## Sequential read: a hypothesis

            Read through pages, 100 GB touch 200 MB of leaf descriptors, once each: no cache keeps them. Each page then costs a part of a
            line from memory, {usual["dram-ns"]} ns, shared by the neighbours whose descriptors are in the line: eight where pages are consecutive,
            one where they are not. A page itself takes {HeadlinePage.F(StreamModel.Transfer(usual), "0")} ns at {usual["stream-gbs"]} GB/s (assumed). Walks alone do not explain +150 %; with a
            prefetcher that stops where a translation ends and misses again until it runs, the same stream does:

            {HeadlinePage.Table(["misses until it runs again", .. Sharing.Select(s => s > 1 ? "consecutive pages" : "scattered pages")],
                Restarts.Select(r => (string[])[HeadlinePage.F(r, "0"), .. Sharing.Select(s => CostText.Change(StreamModel.Speedup(With(usual, r, s))))]))}
            Two misses and scattered pages give {CostText.Change(StreamModel.Speedup(usual))}, next to the published +150 %. No public counter confirms the prefetcher's part. It can
            be refuted on any machine at hand: with pages that are consecutive in memory the gain must fall as the table says, and with
            the prefetcher off it must nearly vanish.

            ## dm-crypt: overlaps

            An operation of 4 KB touches three pages of the linear map (page cache, the bounce page, the RAM disk), and lines of struct
            page, bio and slab. If each walk ends in memory, and an operation without them takes an assumed 0.7 to 1.1 us:

            {HeadlinePage.Table(["walks to memory", .. Operations.Select(o => $"{HeadlinePage.F(o / 1000, "0.0")} us")],
                Walks.Select(w => (string[])[HeadlinePage.F(w, "0.#"), .. Operations.Select(o => CostText.Change(StreamModel.OperationSpeedup(o, w, usual)))]))}
            The published range, +90 to +150 %, is the lower left of the table and has a high variance itself. Our own trace cannot decide: it
            counts instructions, not time, and its RAM disk is small enough for caches to keep its descriptors.

            ## Where the model says no gain

            Not every machine gains. Intel measured 259 tests on four servers in 2021: 4 KB mappings were the slowest on average on all
            four, and the fastest in about 20 % of the tests. The model has such cases, too: with few misses to save, what blocks save is less
            than a boot's noise, and `mmu tlb --map 64K` on Cortex-A35's two-way L2 TLB shows more walks than with pages, because large
            entries crowd a few sets.
            """.Replace("\r", "", StringComparison.Ordinal) + "\n";
    }
}
