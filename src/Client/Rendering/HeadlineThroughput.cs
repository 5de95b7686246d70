using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Costs.TlbMisses;

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
        double rho = QueueModel.Utilisation(1 / HeadlineFindings.PublishedThroughput, HeadlineFindings.PublishedP99);
        return $"""

            ## memcached: consistent

            At scatter {findings.Scatter} % blocks save {HeadlinePage.F(misses, "0.000")} L1 misses and {HeadlinePage.F(walks, "0.0000")} walks per thousand instructions of the trace
            ({findings.Studies[0].Tlbs}). An L1 miss costs {usual["l2-tlb-cycles"]} cycles; what a walk costs decides the rest, and no manual gives it:

            {HeadlinePage.Table(["a walk costs", "saved cycles per 1,000 instructions", "throughput"],
            [
                .. WalkCycles.Select(c => Row($"{c} cycles", misses * usual["l2-tlb-cycles"] + walks * c, usual)),
                Row("what its descriptors cost in caches of the sizes below", cycles, usual),
                [$"for +3.5 %", HeadlinePage.F(needed, "0.0"), "+3.5 %"],
            ])}
            35 cycles are a descriptor from a CPU's L2 cache at three levels, 120 one from a system cache, 500 one from memory (166 ns at
            3 GHz). The fourth row replays the walks' own reads: caches that keep {usual["l2-descriptor-kib"]} KiB and {usual["llc-descriptor-kib"]} KiB of descriptors, a walk cache of 64
            entries, {usual["cpi"]} cycles per instruction. In it {HeadlinePage.F(100.0 * pages.FetchesFrom(DescriptorSource.Memory) / pages.Fetches, "0")} % of the descriptors come from memory, which is what +3.5 % needs: walks that end
            in DRAM. It saves more than the third row, since walks that remain with blocks are cheaper, too: they read one level less, and
            eight blocks' descriptors share a line where pages alone have a line each. Our trace's values fit in 300 MB; a server's do not, which makes that more likely there, not less. So the number
            is within reach of the calibrated misses, and it is no confirmation of them: cycles per instruction and the exposed part
            of a walk are assumed.

            **P99.** Requests that come as before and are served in 1/1.035 of the time wait less in the queue, too. In M/M/1 the two
            published numbers meet at a utilisation of {HeadlinePage.F(rho, "0.000")}: with {usual["rho"]} the published throughput gives {CostText.Change(QueueModel.PercentileRatio(1 / HeadlineFindings.PublishedThroughput, usual["rho"]))}, ours {CostText.Change(QueueModel.PercentileRatio(1 / Speedup(findings, usual), usual["rho"]))}. That a
            single plausible utilisation links them says that both come from one cause; it does not say which.

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
