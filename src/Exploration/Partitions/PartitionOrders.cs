using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>What a partition is told to do next: to take in what the step before found for it, then to expand.</summary>
/// <param name="Ordinal">From 1, in order.</param>
/// <param name="OpensLayer">What was found so far becomes the layer to expand.</param>
/// <param name="Expected">Bytes that the step before sent from each partition to this one: with less it would count wrongly.</param>
public sealed record PartitionOrder(long Ordinal, bool OpensLayer, ImmutableArray<int> Expected);

/// <summary>Where a partition stands after a step.</summary>
/// <param name="Layer">States that the step made the layer to expand; 0 where it opened none.</param>
/// <param name="Open">States of the layer that are not expanded yet.</param>
/// <param name="Unexpanded">All that are not expanded yet.</param>
/// <param name="IsFull">A state belonged there for which there was no memory.</param>
/// <param name="Sent">Bytes that the step sent to each partition.</param>
/// <param name="Found">For each property that was violated there, the first state.</param>
public sealed record PartitionCounts(
    long Ordinal, long States, long Transitions, int Layer, int Open, int Unexpanded, bool IsFull, long MemoryBytes,
    ImmutableArray<int> Sent, ImmutableArray<FoundState> Found);

/// <summary>What a partition is told once everything is explored: to look for states of a layer that come to an end.</summary>
/// <param name="Steps">The last step; whoever does not know it has lost states.</param>
/// <param name="From">Where to go on, downwards; −1 for the top of the layer.</param>
public sealed record JudgeOrder(long Steps, int Layer, int From);

/// <summary>What came of it.</summary>
/// <param name="Next">Where to go on; −1 where the layer is done.</param>
/// <param name="Ended">States of the partition that are known to come to an end.</param>
/// <param name="FirstOpen">The first that is not; −1 for none.</param>
/// <param name="Depth">Its depth.</param>
public sealed record JudgedLayer(int Next, long Ended, int FirstOpen, int Depth);

/// <summary>A state as its partition stores it.</summary>
/// <param name="Origin">The name of the state that it was reached from.</param>
public sealed record StoredState(byte[] Bytes, uint Origin);

/// <summary>A partition as whoever leads the exploration sees it. Every call may be repeated.</summary>
public interface IRemotePartition
{
    Task<PartitionCounts> StepAsync(PartitionOrder order);

    Task<JudgedLayer> JudgeAsync(JudgeOrder order);

    Task<StoredState> StateAsync(long steps, int index);
}
