using Orleans.Mmu.Checking.ExploredPartitions;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>The system that is explored, and how.</summary>
/// <param name="Batches">See <see cref="PartitionShape"/>.</param>
/// <param name="MemoryLimit">Bytes that all partitions may take; null for the limit of their silos.</param>
/// <param name="Initial">
/// The initial state as the caller creates it. A silo of another version creates another one and refuses.
/// </param>
/// <param name="Epoch">The epoch in which the partition begins; see <see cref="PartitionOrder"/>.</param>
[GenerateSerializer, Immutable, Alias("mmu.PartitionSetup")]
public sealed record PartitionSetup(
    [property: Id(9)] ExploredSystem System,
    [property: Id(5)] bool Symmetry,
    [property: Id(6)] int Batches,
    [property: Id(7)] long? MemoryLimit,
    [property: Id(8)] byte[] Initial,
    [property: Id(10)] long Epoch = 0)
{
    /// <summary>Creates a partition.</summary>
    /// <exception cref="ArgumentException">
    /// There is no such system or partition, or this silo's system begins in another state than the caller's.
    /// </exception>
    public IPartition ToPartition(int number)
    {
        if (System is null)
            throw new ArgumentException("expected a system to explore, found none");
        if (MemoryLimit < 0)
            throw new ArgumentException($"expected a memory limit of 0 or more bytes, found {MemoryLimit}");
        // A silo may get all partitions, so the request cannot raise a silo's own limit.
        long limit = Math.Min(MemoryLimit ?? long.MaxValue, ExplorerOptions.UsualMemory);
        var partition = System.ToPartition(new(number, Symmetry, Batches, limit / Explorer.Partitions));
        if (!partition.Initial.AsSpan().SequenceEqual(Initial))
            throw new ArgumentException(
                $"{System.Name}: the silo begins elsewhere than this program (are they of one version?)");
        return partition;
    }
}

/// <summary>The states that a step of one partition found for another.</summary>
/// <param name="Ordinal">The step.</param>
/// <param name="From">The partition that found them.</param>
/// <param name="Epoch">See <see cref="PartitionOrder"/>.</param>
[GenerateSerializer, Immutable, Alias("mmu.ParcelMessage")]
public sealed record ParcelMessage(
    [property: Id(0)] long Ordinal, [property: Id(1)] int From, [property: Id(2)] byte[] Bytes,
    [property: Id(3)] long Epoch = 0);

/// <summary>States of a partition that another partition asks about.</summary>
/// <param name="Steps">The last step.</param>
/// <param name="Epoch">See <see cref="PartitionOrder"/>.</param>
[GenerateSerializer, Immutable, Alias("mmu.EndingQuestion")]
public sealed record EndingQuestion(
    [property: Id(0)] long Steps, [property: Id(1)] byte[] States, [property: Id(2)] long Epoch = 0);
