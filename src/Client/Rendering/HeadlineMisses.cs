using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Client;

/// <summary>The page's part on TLB misses.</summary>
internal static class HeadlineMisses
{
    public static string Render(HeadlineFindings findings) => $"""

        ## Kernel TLB misses: calibrated

        Replayed with blocks of 2 MB, memcached's trace loses {HeadlinePage.F(100 * (1 - findings.Studies[0].Points[0].L1), "0")} % of its misses, not 28.5: our guest had just
        booted, and its pages lie next to each other. Memory that has been in use for long is scattered. The parameter is the
        share of pages that live alone in their 2 MB; their TLB entries serve nobody else, whatever maps them.

        ![misses over scatter](headline-scatter.svg)

        {HeadlinePage.Table(["TLBs (L1I/L1D/L2)", "scatter at which L1 misses are -28.5 %", "at which walks are"], findings.Studies.Select(s => new[]
        {
            s.Tlbs.ToString(), Percent(s.ScatterAt(1 - HeadlineFindings.PublishedMisses, p => p.L1)), Percent(s.ScatterAt(1 - HeadlineFindings.PublishedMisses, p => p.Walks)),
        }))}
        Walks ask for nearly the same scatter whatever the TLB, since a page alone walks as it did before: they fall by one minus the
        scatter. This is a calibration to one number. AmpereOne's TLB sizes are not published, and whether the counter behind the
        number counted L1 misses or walks we do not know; the table shows how little that changes.

        **Another explanation, with no scatter at all.** Linux maps 256 GB in blocks of 1 GB. Some 250 entries then reach all of it,
        and old memory is no excuse: pages alone in their 2 MB share a block of 1 GB. If misses on the linear map all but vanish,
        28.5 % is simply the linear map's share of the misses in kernel mode; the rest are copies to and from user space, vmalloc
        (stacks, modules) and vmemmap, which the series leaves alone. memcached's trace has no user data in it and cannot say. The
        other two have, with pages:

        {HeadlinePage.Table(["trace", "TLBs", "share of L1 misses on the linear map", "share of walks"], findings.Shares.SelectMany(r => findings.Tlbs.Select((t, i) => new[]
        {
            r.Trace, t.ToString(), Share(r.Counts[i].L1MissesIn(KernelRegion.Linear), r.Counts[i].L1Misses), Share(r.Counts[i].WalksIn(KernelRegion.Linear), r.Counts[i].Walks),
        })))}
        For these two workloads 28.5 % would be too small a share, but they copy little to user space for what they do; memcached
        with 200 connections copies every value. A trace of an AmpereOne with user data would decide between the two, and a
        counter of walks by level would without a trace: scatter leaves walks that end at level 2, the share leaves none.

        """.Replace("\r", "", StringComparison.Ordinal);

    private static string Percent(double? value) => value is { } percent ? $"{HeadlinePage.F(percent, "0.0")} %" : "never";

    private static string Share(long part, long all) => $"{HeadlinePage.F(100.0 * part / Math.Max(all, 1), "0.0")} %";
}
