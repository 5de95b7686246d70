using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The section on memcached's throughput and P99.</summary>
internal static class HeadlineThroughput
{
    private static readonly double[] WalkCycles = [35, 120, 500];

    /// <summary>Speedup from pages to blocks at the calibrated scatter.</summary>
    public static double Speedup(HeadlineFindings findings, CostParameters parameters) =>
        TranslationCost.Speedup(Cost(findings, 0), Cost(findings, 1), parameters);

    public static string Render(HeadlineFindings findings)
    {
        var usual = CostParameters.Usual;
        double thousands = findings.Cost.Instructions / 1000.0;
        var (pages, blocks) = (findings.Cost.Counts[0], findings.Cost.Counts[1]);
        double misses = (pages.L1Misses - blocks.L1Misses) / thousands;
        double walks = (pages.Walks - blocks.Walks) / thousands;
        double cycles = Cost(findings, 0).Cycles(usual) - Cost(findings, 1).Cycles(usual);
        double needed = 1000 * usual["cpi"] * (1 - 1 / HeadlineFindings.PublishedThroughput);
        double rho = QueueModel.Utilization(1 / HeadlineFindings.PublishedThroughput, HeadlineFindings.PublishedP99);
        string savedMisses = HeadlinePage.F(misses, "0.000");
        string savedWalks = HeadlinePage.F(walks, "0.0000");
        string fromMemory = HeadlinePage.F(100.0 * pages.FetchesFrom(DescriptorSource.Memory) / pages.Fetches, "0");
        double assumedRho = usual["rho"];
        string published =
            CostText.Change(QueueModel.PercentileRatio(1 / HeadlineFindings.PublishedThroughput, assumedRho));
        string modelled = CostText.Change(QueueModel.PercentileRatio(1 / Speedup(findings, usual), assumedRho));
        string table = HeadlinePage.Table(["cost of a walk", "saved cycles per 1,000 instructions", "throughput"],
        [
            .. WalkCycles.Select(c => Row($"{c} cycles", misses * usual["l2-tlb-cycles"] + walks * c, usual)),
            Row("the cost of its descriptors with the cache sizes below", cycles, usual),
            ["needed for +3.5 %", HeadlinePage.F(needed, "0.0"), "+3.5 %"],
        ]);
        return $"""

            ## memcached: consistent

            At scatter {findings.Scatter} %, blocks save {savedMisses} L1 misses and {savedWalks} walks per thousand
            instructions of the trace ({findings.Studies[0].Tlbs}). An L1 miss costs {usual["l2-tlb-cycles"]} cycles.
            The cost of a walk decides the rest, and no manual states it:

            {table}
            35 cycles are three descriptors from a CPU's L2 cache, 120 one descriptor from a system cache, 500 one from
            memory (166 ns at 3 GHz). The fourth row replays the reads of the walks themselves, with caches that hold
            {usual["l2-descriptor-kib"]} KiB and {usual["llc-descriptor-kib"]} KiB of descriptors, a walk cache of 64
            entries, and {usual["cpi"]} cycles per instruction. There, {fromMemory} % of the descriptors come from
            memory, which is what +3.5 % requires: walks that end in DRAM. The row saves more than the third because the
            walks that remain with blocks are cheaper as well: they read one level less, and the descriptors of eight
            blocks share a line, where scattered pages need a line each. The values of the traced memcached fit in 300
            MB; a server's do not, so more of its walks end in DRAM. The published number is within reach of the
            calibrated misses, but it does not confirm them: cycles per instruction and the exposed part of a walk are
            assumed.

            **P99.** Requests that arrive as before and are served in 1/1.035 of the time also wait less in the queue.
            In M/M/1 the two published numbers meet at a utilization of {HeadlinePage.F(rho, "0.000")}: with
            {assumedRho}, the published throughput gives {published} and the modelled throughput {modelled}. A single
            plausible utilization links both numbers, which suggests a common cause but does not identify it.

            """.Replace("\r", "", StringComparison.Ordinal);
    }

    private static string[] Row(string what, double saved, CostParameters parameters)
    {
        double all = 1000 * parameters["cpi"];
        return [what, HeadlinePage.F(saved, "0.0"), CostText.Change(all / (all - saved))];
    }

    private static TranslationCost Cost(HeadlineFindings findings, int mapping) =>
        MachineCost.CostOf(findings.Cost, findings.Cost.Counts[mapping]);
}
