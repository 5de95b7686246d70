using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>Which part of a state space a partition is, and what it may take.</summary>
/// <param name="Number">0 to <see cref="Explorer.Partitions"/> − 1.</param>
/// <param name="Batches">Batches of a step: the more, the better a message is worth its cost, and the more lie in buffers.</param>
/// <param name="MemoryLimit">Bytes.</param>
public sealed record PartitionShape(int Number, bool Symmetry, int Batches, long MemoryLimit)
{
    /// <summary>The most batches of a step.</summary>
    public const int MaxBatches = 16;

    // What a batch takes in buffers, about, on its way from one partition to the others.
    private const long BatchBytes = 1 << 20;

    /// <summary>How many batches are worth their buffers.</summary>
    /// <param name="memoryLimit">Bytes of all partitions; null for the usual ones.</param>
    public static int BatchesFor(long? memoryLimit) =>
        memoryLimit is { } limit ? (int)Math.Clamp(limit / Explorer.Partitions / BatchBytes, 1, MaxBatches) : MaxBatches;

    /// <exception cref="ArgumentException">There is no such part, or it cannot take so much.</exception>
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
