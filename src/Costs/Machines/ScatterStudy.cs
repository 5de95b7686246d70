using System.Collections.Immutable;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Costs.Machines;

/// <summary>
/// How the gain from blocks shrinks as memory ages, that is, as the percentage of scattered pages grows.
/// </summary>
/// <param name="Points">For each scatter, misses and walks with blocks relative to those with pages.</param>
public sealed record ScatterStudy(TlbHierarchy Tlbs, ImmutableArray<ScatterPoint> Points)
{
    private const int Step = 5;

    /// <summary>The configurations of a study: pages, then blocks of 2 MB for each scatter.</summary>
    public static IReadOnlyList<TlbConfiguration> Configurations(TlbHierarchy tlbs)
    {
        var pages = LinearPageSizes.Of(PageSizes.MinLog2);
        var blocks = LinearPageSizes.Of(PageSizes.ImageLog2);
        return [new(tlbs, new("4K", pages)),
            .. Percentages.Select(p => new TlbConfiguration(tlbs, new("2M", blocks, p)))];
    }

    /// <summary>Evaluates a replay of <see cref="Configurations"/>.</summary>
    /// <param name="counts">In the order of the configurations.</param>
    public static ScatterStudy Of(TlbHierarchy tlbs, IReadOnlyList<MissCounts> counts) => new(tlbs,
    [
        .. Percentages.Select(
            (p, i) =>
                new ScatterPoint(
                    p, (double)counts[i + 1].KernelL1Misses / counts[0].KernelL1Misses,
                    (double)counts[i + 1].KernelWalks / counts[0].KernelWalks)),
    ]);

    /// <summary>
    /// The scatter at which a ratio reaches a value, interpolated linearly between two points; null if it never does.
    /// </summary>
    public double? ScatterAt(double remaining, Func<ScatterPoint, double> part)
    {
        foreach (var (low, high) in Points.Zip(Points.Skip(1)))
        {
            if (part(low) <= remaining && part(high) >= remaining)
                return low.Percent + (high.Percent - low.Percent) * (remaining - part(low)) / (part(high) - part(low));
        }

        return null;
    }

    private static IEnumerable<int> Percentages => Enumerable.Range(0, 100 / Step + 1).Select(i => i * Step);
}

/// <summary>Misses with blocks relative to those with pages.</summary>
/// <param name="Percent">Percentage of pages that are scattered.</param>
/// <param name="L1">L1 misses of the kernel.</param>
/// <param name="Walks">Walks for the kernel.</param>
public readonly record struct ScatterPoint(int Percent, double L1, double Walks);
