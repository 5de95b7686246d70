using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>The identity and the limits of a partition.</summary>
/// <param name="Number">0 to <see cref="Explorer.Partitions"/> − 1.</param>
/// <param name="Batches">Batches of a step. More batches amortize the cost of messages and take more buffers.</param>
/// <param name="MemoryLimit">Bytes.</param>
public sealed record PartitionShape(int Number, bool Symmetry, int Batches, long MemoryLimit)
{
    /// <summary>The maximum number of batches in a step.</summary>
    public const int MaxBatches = 16;

    // Approximate bytes of buffers for a batch on its way from one partition to the others.
    private const long BatchBytes = 1 << 20;

    /// <summary>The number of batches that fit the memory limit.</summary>
    /// <param name="memoryLimit">Bytes of all partitions; null for the default.</param>
    public static int BatchesFor(long? memoryLimit) =>
        memoryLimit is { } limit
            ? (int)Math.Clamp(limit / Explorer.Partitions / BatchBytes, 1, MaxBatches) : MaxBatches;

    /// <exception cref="ArgumentException">The number or a limit is out of range.</exception>
    public void Validate()
    {
        if (Number is < 0 or >= Explorer.Partitions)
            throw new ArgumentException($"expected partition 0 to {Explorer.Partitions - 1}, found {Number}");
        if (Batches is < 1 or > MaxBatches)
            throw new ArgumentException($"expected 1 to {MaxBatches} batches a step, found {Batches}");
        if (MemoryLimit < 0)
            throw new ArgumentException($"expected a memory limit of 0 or more bytes, found {MemoryLimit}");
    }
}
