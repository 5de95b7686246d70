using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.ExploredPartitions;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>The system, by what it is made from (see <see cref="ExploredSystem"/>), and how it is explored.</summary>
/// <param name="Batches">See <see cref="PartitionShape"/>.</param>
/// <param name="MemoryLimit">Bytes that all partitions may take; null for what their silos allow.</param>
/// <param name="Initial">The initial state as whoever asks makes it: silos of another version would explore something
/// else.</param>
[GenerateSerializer, Immutable, Alias("mmu.PartitionSetup")]
public sealed record PartitionSetup(
    [property: Id(0)] string Name,
    [property: Id(1)] int Cpus,
    [property: Id(2)] bool TwoStep,
    [property: Id(3)] bool Cnp,
    [property: Id(4)] ImmutableArray<int> Levels,
    [property: Id(5)] bool Symmetry,
    [property: Id(6)] int Batches,
    [property: Id(7)] long? MemoryLimit,
    [property: Id(8)] byte[] Initial)
{
    public static PartitionSetup Of(ExploredSystem system, bool symmetry, long? memoryLimit, byte[] initial) => new(
        system.Name, system.Cpus, system.TwoStep, system.Cnp, system.Levels.IsDefault ? []
            : [.. system.Levels.Select(l => (int)l)],
        symmetry, PartitionShape.BatchesFor(memoryLimit), memoryLimit, initial);

    /// <summary>Makes a part.</summary>
    /// <exception cref="ArgumentException">There is no such system or part, or it is not the one that was
    /// meant.</exception>
    public IPartition ToPartition(int number)
    {
        if (MemoryLimit < 0)
            throw new ArgumentException($"expected a memory limit of 0 or more bytes, found {MemoryLimit}");
        // All partitions may come to lie in this silo, whatever is asked for.
        long limit = Math.Min(MemoryLimit ?? long.MaxValue, ExplorerOptions.UsualMemory);
        var system =
            new ExploredSystem(Name, Cpus, TwoStep, Cnp, Levels.IsDefault ? [] : [.. Levels.Select(l => (BbmLevel)l)]);
        var partition = system.ToPartition(new(number, Symmetry, Batches, limit / Explorer.Partitions));
        if (!partition.Initial.AsSpan().SequenceEqual(Initial))
            throw new ArgumentException(
                $"{Name}: the silo begins elsewhere than this program (are they of one version?)");
        return partition;
    }
}

/// <summary>A <see cref="PartitionOrder"/>.</summary>
[GenerateSerializer, Immutable, Alias("mmu.PartitionStep")]
public sealed record PartitionStep(
    [property: Id(0)] long Ordinal, [property: Id(1)] bool OpensLayer, [property: Id(2)] ImmutableArray<int> Expected)
{
    public static PartitionStep Of(PartitionOrder order) => new(order.Ordinal, order.OpensLayer, order.Expected);

    public PartitionOrder ToOrder() => new(Ordinal, OpensLayer, Expected.IsDefault ? [] : Expected);
}

/// <summary><see cref="PartitionCounts"/>.</summary>
/// <param name="Found">Property, depth and place of each state found.</param>
[GenerateSerializer, Immutable, Alias("mmu.PartitionAnswer")]
public sealed record PartitionAnswer(
    [property: Id(0)] long Ordinal,
    [property: Id(1)] long States,
    [property: Id(2)] long Transitions,
    [property: Id(3)] int Layer,
    [property: Id(4)] int Open,
    [property: Id(5)] int Unexpanded,
    [property: Id(6)] bool IsFull,
    [property: Id(7)] long MemoryBytes,
    [property: Id(8)] ImmutableArray<int> Sent,
    [property: Id(9)] ImmutableArray<int> Found)
{
    public static PartitionAnswer Of(PartitionCounts counts) => new(
        counts.Ordinal, counts.States, counts.Transitions, counts.Layer, counts.Open, counts.Unexpanded, counts.IsFull,
        counts.MemoryBytes,
        counts.Sent, [.. counts.Found.SelectMany(f => (int[])[f.Property, f.Depth, f.Index])]);

    public PartitionCounts ToCounts() => new(
        Ordinal, States, Transitions, Layer, Open, Unexpanded, IsFull, MemoryBytes,
        Sent, [.. Found.Chunk(3).Select(f => new FoundState(f[0], f[1], f[2]))]);
}

/// <summary>What a step of one partition found for another.</summary>
/// <param name="Ordinal">The step.</param>
/// <param name="From">The partition.</param>
[GenerateSerializer, Immutable, Alias("mmu.ParcelMessage")]
public sealed record ParcelMessage(
    [property: Id(0)] long Ordinal, [property: Id(1)] int From, [property: Id(2)] byte[] Bytes);

/// <summary>A <see cref="JudgeOrder"/>.</summary>
[GenerateSerializer, Immutable, Alias("mmu.JudgeRequest")]
public sealed record JudgeRequest(
    [property: Id(0)] long Steps, [property: Id(1)] int Layer, [property: Id(2)] int From);

/// <summary>A <see cref="JudgedLayer"/>.</summary>
[GenerateSerializer, Immutable, Alias("mmu.JudgeAnswer")]
public sealed record JudgeAnswer([property: Id(0)] int Next, [property: Id(1)] long Ended,
    [property: Id(2)] int FirstOpen, [property: Id(3)] int Depth);

/// <summary>States of a partition that another asks about.</summary>
/// <param name="Steps">The last step.</param>
[GenerateSerializer, Immutable, Alias("mmu.EndingQuestion")]
public sealed record EndingQuestion([property: Id(0)] long Steps, [property: Id(1)] byte[] States);

/// <summary>A <see cref="StoredState"/>.</summary>
[GenerateSerializer, Immutable, Alias("mmu.StateAnswer")]
public sealed record StateAnswer([property: Id(0)] byte[] Bytes, [property: Id(1)] uint Origin);
