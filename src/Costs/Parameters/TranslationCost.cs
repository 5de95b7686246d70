namespace Orleans.Mmu.Costs.Parameters;

/// <summary>What misses and walks of one mapping cost, for each thousand instructions.</summary>
/// <param name="L1Misses">L1 misses per thousand instructions.</param>
/// <param name="NearReads">Descriptors that walks read from the CPU's L2 cache, per thousand instructions.</param>
/// <param name="FarReads">The same from the last-level cache.</param>
/// <param name="MemoryReads">The same from memory.</param>
public readonly record struct TranslationCost(double L1Misses, double NearReads, double FarReads, double MemoryReads)
{
    /// <summary>
    /// Cycles: an L1 miss waits for the L2 TLB; a walk waits for each descriptor that it reads, one after another, since
    /// each says where the next is.
    /// </summary>
    public double Cycles(CostParameters parameters)
    {
        double walks = NearReads * parameters["l2-cycles"] + FarReads * parameters.Cycles(parameters["llc-ns"]) + MemoryReads * parameters.Cycles(parameters["dram-ns"]);
        return L1Misses * parameters["l2-tlb-cycles"] + walks * parameters["walk-exposed"];
    }

    /// <summary>
    /// How many times the work of a unit of time another mapping allows. The cycles per instruction are those of the first;
    /// what the second saves is taken from them, and nothing else changes.
    /// </summary>
    public static double Speedup(TranslationCost before, TranslationCost after, CostParameters parameters)
    {
        double all = 1000 * parameters["cpi"];
        double saved = before.Cycles(parameters) - after.Cycles(parameters);
        // Translation cannot have taken more than there was; where the parameters say so, they do not fit the trace.
        return saved < all ? all / (all - saved) : double.PositiveInfinity;
    }
}
