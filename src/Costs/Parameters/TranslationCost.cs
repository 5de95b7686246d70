using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Costs.Parameters;

/// <summary>Misses and walks of one mapping per thousand instructions.</summary>
/// <param name="L1Misses">L1 misses.</param>
/// <param name="NearReads">Descriptors that walks read from the CPU's L2 cache.</param>
/// <param name="FarReads">Descriptors that walks read from the last-level cache.</param>
/// <param name="MemoryReads">Descriptors that walks read from memory.</param>
public readonly record struct TranslationCost(double L1Misses, double NearReads, double FarReads, double MemoryReads)
{
    /// <summary>
    /// Cycles per thousand instructions. An L1 miss waits for the L2 TLB; a walk waits for its descriptors one after
    /// another, since each leads to the next.
    /// </summary>
    public double Cycles(CostParameters parameters)
    {
        double walks = NearReads * parameters["l2-cycles"] + FarReads * parameters.Cycles(parameters["llc-ns"])
            + MemoryReads * parameters.Cycles(parameters["dram-ns"]);
        return L1Misses * parameters["l2-tlb-cycles"] + walks * parameters["walk-exposed"];
    }

    /// <summary>
    /// Speedup from one mapping to another. The cycles per instruction hold for the first mapping; the second saves the
    /// difference in translation cycles, and nothing else changes.
    /// </summary>
    public static double Speedup(TranslationCost before, TranslationCost after, CostParameters parameters)
    {
        double all = 1000 * parameters["cpi"];
        double saved = before.Cycles(parameters) - after.Cycles(parameters);
        // Translation cannot save more cycles than were spent; parameters that say so do not fit the trace.
        return saved < all ? all / (all - saved) : double.PositiveInfinity;
    }
}
