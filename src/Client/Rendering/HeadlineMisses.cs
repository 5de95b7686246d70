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
        return $"""

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

            **Another explanation, with no scatter at all.** Linux maps 256 GB in blocks of 1 GB. Some 250 entries reach all of it, fewer than
            an L2 TLB has, and old memory is no excuse: pages alone in their 2 MB share a block of 1 GB. At the same scatter, blocks of 1 GB
            change the trace's L1 misses by {Change(c => c.KernelL1Misses)} and its walks by {Change(c => c.KernelWalks)}. If the counter counted walks, then those on the linear map all but
            vanish on such a machine, and 28.5 % is simply the linear map's share of the walks in kernel mode; the rest are copies to
            and from user space, vmalloc (stacks, modules) and vmemmap, which the series leaves alone. memcached's trace has no user data
            in it and cannot say. The other two have, with pages:

            {HeadlinePage.Table(["trace", "TLBs", "share of L1 misses on the linear map", "share of walks"], findings.Shares.SelectMany(r => findings.Tlbs.Select((t, i) => new[]
            {
                r.Trace, t.ToString(), Share(r.Counts[i].L1MissesIn(KernelRegion.Linear), r.Counts[i].L1Misses), Share(r.Counts[i].WalksIn(KernelRegion.Linear), r.Counts[i].Walks),
            })))}
            In these two nearly every walk is for the linear map, so the explanation needs a workload that walks mostly for something
            else. memcached with 200 connections copies every value to user space and may be one; we do not know. A trace of an
            AmpereOne with user data would decide between the two, and a counter of walks by level would without a trace: scatter leaves
            walks that end at level 2, the other explanation leaves none.

            """.Replace("\r", "", StringComparison.Ordinal);
    }

    private static string Percent(double? value) =>
        value is { } percent ? $"{HeadlinePage.F(percent, "0.0")} %" : "never";

    private static string Share(long part, long all) => $"{HeadlinePage.F(100.0 * part / Math.Max(all, 1), "0.0")} %";
}
