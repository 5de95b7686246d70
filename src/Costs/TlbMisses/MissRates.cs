using Orleans.Mmu.Costs.AddressSpaces;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>Counts for each thousand instructions.</summary>
/// <param name="KernelPercent">Instructions that are not user space's, of a hundred.</param>
/// <param name="L1">L1 misses per thousand instructions.</param>
/// <param name="Walks">Walks per thousand instructions.</param>
/// <param name="KernelL1">L1 misses on addresses that are not user space's, per thousand of the kernel's instructions; 0 where there are none of these.</param>
/// <param name="KernelWalks">Walks of the same, per thousand of the same.</param>
/// <param name="LinearL1">L1 misses in the linear map, per thousand of the same.</param>
/// <param name="LinearWalks">Walks for the linear map, per thousand of the same.</param>
public readonly record struct MissRates(
    double KernelPercent, double L1, double Walks, double KernelL1, double KernelWalks, double LinearL1, double LinearWalks)
{
    public static MissRates Of(TlbReplayResult result, MissCounts counts) => new(
        result.Instructions == 0 ? 0 : 100.0 * result.KernelInstructions / result.Instructions,
        PerThousand(counts.L1Misses, result.Instructions),
        PerThousand(counts.Walks, result.Instructions),
        PerThousand(counts.KernelL1Misses, result.KernelInstructions),
        PerThousand(counts.KernelWalks, result.KernelInstructions),
        PerThousand(counts.L1MissesIn(KernelRegion.Linear), result.KernelInstructions),
        PerThousand(counts.WalksIn(KernelRegion.Linear), result.KernelInstructions));

    private static double PerThousand(long count, long instructions) => instructions == 0 ? 0 : 1000.0 * count / instructions;
}
