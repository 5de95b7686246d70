using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>The next step of a partition: take in what the step before found for it, then expand.</summary>
/// <param name="Ordinal">From 1, in order.</param>
/// <param name="OpensLayer">Whether the states found so far become the layer to expand.</param>
/// <param name="Expected">
/// Bytes that the step before sent from each partition to this one; with fewer, counts would be wrong.
/// </param>
public sealed record PartitionOrder(long Ordinal, bool OpensLayer, ImmutableArray<int> Expected);

/// <summary>The counts of a partition after a step.</summary>
/// <param name="Layer">States of the layer that the step opened; 0 if it opened none.</param>
/// <param name="Open">States of the layer that are not expanded yet.</param>
/// <param name="Unexpanded">All states that are not expanded yet.</param>
/// <param name="IsFull">Whether a state was dropped for lack of memory.</param>
/// <param name="Sent">Bytes that the step sent to each partition.</param>
/// <param name="Found">For each violated property, the partition's first state.</param>
public sealed record PartitionCounts(
    long Ordinal, long States, long Transitions, int Layer, int Open, int Unexpanded, bool IsFull, long MemoryBytes,
    ImmutableArray<int> Sent, ImmutableArray<FoundState> Found);

/// <summary>
/// An order to judge liveness, once everything is explored: to mark states of a layer that reach an end.
/// </summary>
/// <param name="Steps">The last step; a partition that does not know it has lost states.</param>
/// <param name="From">The index to continue at, downwards; −1 for the top of the layer.</param>
public sealed record JudgeOrder(long Steps, int Layer, int From);

/// <summary>The result of judging.</summary>
/// <param name="Next">The index to continue at; −1 if the layer is done.</param>
/// <param name="Ended">States of the partition that are known to reach an end.</param>
/// <param name="FirstOpen">The first state that is not; −1 for none.</param>
/// <param name="Depth">The depth of <paramref name="FirstOpen"/>.</param>
public sealed record JudgedLayer(int Next, long Ended, int FirstOpen, int Depth);

/// <summary>A state as its partition stores it.</summary>
/// <param name="Origin">The name of the state that it was reached from.</param>
public sealed record StoredState(byte[] Bytes, uint Origin);

/// <summary>A partition as the leader of the exploration calls it. Every call may be repeated.</summary>
public interface IRemotePartition
{
    Task<PartitionCounts> StepAsync(PartitionOrder order);

    Task<JudgedLayer> JudgeAsync(JudgeOrder order);

    Task<StoredState> StateAsync(long steps, int index);
}
