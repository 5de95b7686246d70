using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>The next step of a partition: take in what the step before found for it, then expand.</summary>
/// <param name="Ordinal">From 1, in order.</param>
/// <param name="OpensLayer">Whether the states found so far become the layer to expand.</param>
/// <param name="Expected">
/// Bytes that the step before sent from each partition to this one; with fewer, counts would be wrong.
/// </param>
/// <param name="Epoch">
/// Grows by 1 each time that lost partitions are built anew. A partition that takes part in one epoch refuses messages
/// of another; its holder compares.
/// </param>
/// <param name="Receivers">
/// Bit i is set if partition i gets what the step finds for it. While partitions are built anew, only they do.
/// </param>
public sealed record PartitionOrder(
    long Ordinal, bool OpensLayer, ImmutableArray<int> Expected, long Epoch = 0, int Receivers = PartitionOrder.All)
{
    /// <summary>The receivers of a step while no partition is being built anew.</summary>
    public const int All = (1 << Explorer.Partitions) - 1;
}

/// <summary>The counts of a partition after a step.</summary>
/// <param name="Layer">States of the layer that the step opened; 0 if it opened none.</param>
/// <param name="Open">States of the layer that are not expanded yet.</param>
/// <param name="Unexpanded">All states that are not expanded yet.</param>
/// <param name="IsFull">Whether a state was dropped for lack of memory.</param>
/// <param name="Sent">Bytes that the step sent to each partition.</param>
/// <param name="Found">For each violated property, the partition's first state.</param>
public sealed record PartitionCounts(
    long Ordinal, long States, long Transitions, int Layer, int Open, int Unexpanded, bool IsFull, long MemoryBytes,
    ImmutableArray<int> Sent, ImmutableArray<FoundState> Found)
{
    /// <summary>The counts before the first step.</summary>
    public static PartitionCounts None { get; } =
        new(0, 0, 0, 0, 0, 0, false, 0, [.. new int[Explorer.Partitions]], []);

    /// <summary>Whether both count the same states; the memory that they take may differ.</summary>
    public bool HasSameStates(PartitionCounts other) =>
        (Ordinal, States, Transitions, Open, Unexpanded, IsFull)
        == (other.Ordinal, other.States, other.Transitions, other.Open, other.Unexpanded, other.IsFull)
        && Found.SequenceEqual(other.Found);
}

/// <summary>
/// An order to judge liveness, once everything is explored: to mark states of a layer that reach an end.
/// </summary>
/// <param name="Steps">The last step; a partition that does not know it has lost states.</param>
/// <param name="From">The index to continue at, downwards; −1 for the top of the layer.</param>
/// <param name="Epoch">See <see cref="PartitionOrder"/>.</param>
public sealed record JudgeOrder(long Steps, int Layer, int From, long Epoch = 0);

/// <summary>The result of judging.</summary>
/// <param name="Next">The index to continue at; −1 if the layer is done.</param>
/// <param name="Ended">States of the partition that are known to reach an end.</param>
/// <param name="FirstOpen">The first state that is not; −1 for none.</param>
/// <param name="Depth">The depth of <paramref name="FirstOpen"/>.</param>
public sealed record JudgedLayer(int Next, long Ended, int FirstOpen, int Depth);

/// <summary>A state as its partition stores it.</summary>
/// <param name="Origin">The name of the state that it was reached from.</param>
public sealed record StoredState(byte[] Bytes, uint Origin);

