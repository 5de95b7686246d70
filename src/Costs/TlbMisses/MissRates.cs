using Orleans.Mmu.Costs.AddressSpaces;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>Counts per thousand instructions.</summary>
/// <param name="KernelPercent">Percentage of instructions that are the kernel's.</param>
/// <param name="L1">L1 misses per thousand instructions.</param>
/// <param name="Walks">Walks per thousand instructions.</param>
/// <param name="KernelL1">
/// L1 misses on kernel addresses per thousand kernel instructions; 0 without kernel instructions.
/// </param>
/// <param name="KernelWalks">Walks for kernel addresses per thousand kernel instructions.</param>
/// <param name="LinearL1">L1 misses in the linear map per thousand kernel instructions.</param>
/// <param name="LinearWalks">Walks for the linear map per thousand kernel instructions.</param>
public readonly record struct MissRates(
    double KernelPercent, double L1, double Walks, double KernelL1, double KernelWalks, double LinearL1,
    double LinearWalks)
{
    public static MissRates Of(TlbSimulationResult result, MissCounts counts) => new(
        result.Instructions == 0 ? 0 : 100.0 * result.KernelInstructions / result.Instructions,
        PerThousand(counts.L1Misses, result.Instructions),
        PerThousand(counts.Walks, result.Instructions),
        PerThousand(counts.KernelL1Misses, result.KernelInstructions),
        PerThousand(counts.KernelWalks, result.KernelInstructions),
        PerThousand(counts.L1MissesIn(KernelRegion.Linear), result.KernelInstructions),
        PerThousand(counts.WalksIn(KernelRegion.Linear), result.KernelInstructions));

    private static double PerThousand(long count, long instructions) =>
        instructions == 0 ? 0 : 1000.0 * count / instructions;
}
