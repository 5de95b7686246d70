using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The section on TLB misses.</summary>
internal static class HeadlineMisses
{
    public static string Render(HeadlineFindings findings)
    {
        string Change(Func<MissCounts, long> count) =>
            CostText.Change((double)count(findings.Cost.Counts[2]) / count(findings.Cost.Counts[0]));
        double withBlocks = 1 - HeadlineFindings.PublishedMisses;
        string lost = HeadlinePage.F(100 * (1 - findings.Studies[0].Points[0].L1), "0");
        string scatters = HeadlinePage.Table(
            ["TLBs (L1I/L1D/L2)", "scatter at which L1 misses fall by 28.5 %", "scatter at which walks do"],
            findings.Studies.Select(s => new[]
            {
                s.Tlbs.ToString(),
                Percent(s.ScatterAt(withBlocks, p => p.L1)),
                Percent(s.ScatterAt(withBlocks, p => p.Walks)),
            }));
        string shares = HeadlinePage.Table(
            ["trace", "TLBs", "share of L1 misses on the linear map", "share of walks"],
            findings.Shares.SelectMany(r => findings.Tlbs.Select((t, i) => new[]
            {
                r.Trace,
                t.ToString(),
                Share(r.Counts[i].L1MissesIn(KernelRegion.Linear), r.Counts[i].L1Misses),
                Share(r.Counts[i].WalksIn(KernelRegion.Linear), r.Counts[i].Walks),
            })));
        return $"""

            ## Kernel TLB misses: calibrated

            With blocks of 2 MB, the replayed memcached trace loses {lost} % of its misses, not 28.5 %: the traced guest
            had just booted, and its pages are adjacent in memory. On a machine that has run for a long time they are
            scattered. The parameter, scatter, is the percentage of pages that are alone in their 2 MB; the TLB entry of
            such a page serves no other page, whether a block or a page descriptor maps it.

            ![misses over scatter](headline-scatter.svg)

            {scatters}
            Walks require nearly the same scatter with every TLB: a page that is alone in its 2 MB walks as often as
            before, so walks fall by one minus the scatter. This calibrates one parameter to one number. AmpereOne's TLB
            sizes are not published, and it is not known whether the published counter counts L1 misses or walks; the
            table shows that the difference is small.

            **A second explanation needs no scatter.** Linux maps 256 GB in blocks of 1 GB. Some 250 entries cover all
            of it, fewer than an L2 TLB has, and scatter does not change that: pages that are alone in their 2 MB share
            blocks of 1 GB. At the same scatter, blocks of 1 GB change the trace's L1 misses by
            {Change(c => c.KernelL1Misses)} and its walks by {Change(c => c.KernelWalks)}. If the counter counts walks,
            those on the linear map nearly vanish on such a machine, and 28.5 % is the linear map's share of the walks
            in kernel mode. The other walks are for copies to and from user space, vmalloc (stacks, modules) and
            vmemmap, which the series does not change. memcached's trace contains no user data, so it cannot decide
            this. The other two traces contain user data; with pages they show:

            {shares}
            In these two, nearly every walk is for the linear map, so the explanation needs a workload whose walks are
            mostly for other addresses. memcached with 200 connections copies every value to user space and may be such
            a workload; this is not known. A trace of an AmpereOne with user data would decide between the explanations.
            So would a counter of walks by level: with scatter, some walks end at level 2; with blocks of 1 GB, none do.

            """.Replace("\r", "", StringComparison.Ordinal);
    }

    private static string Percent(double? value) =>
        value is { } percent ? $"{HeadlinePage.F(percent, "0.0")} %" : "never";

    private static string Share(long part, long all) => $"{HeadlinePage.F(100.0 * part / Math.Max(all, 1), "0.0")} %";
}
