namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// A shard that lives by itself and hears of the others through parcels of bytes. The caller carries parcels, questions
/// and answers; what comes for a step that it does not know is refused, so that a part that was lost is never missing in
/// silence.
/// </summary>
public interface IPartition
{
    /// <summary>The state that the exploration begins with.</summary>
    byte[] Initial { get; }

    /// <summary>Where it stands after its last step.</summary>
    PartitionCounts Counts { get; }

    /// <summary>Does a step, piece by piece; between two pieces others may have the processor.</summary>
    /// <returns>Null where it is not the next step, or where something that it needs never came.</returns>
    IEnumerable<int>? Step(PartitionOrder order, CancellationToken cancellationToken);

    /// <summary>What the last step found for each partition; empty for none. They are given away.</summary>
    IReadOnlyList<byte[]> TakeParcels();

    /// <summary>Keeps what a step of another partition found for this one. A repeat changes nothing.</summary>
    /// <returns>False where the steps before it are not known here.</returns>
    /// <exception cref="ArgumentException">It is no parcel of that partition.</exception>
    bool Receive(long ordinal, int from, byte[] parcel);

    /// <summary>Looks for states of a layer that come to an end, as far as that can be told here.</summary>
    /// <returns>For each partition the states about which it must be asked; null where something is not known here.</returns>
    IReadOnlyList<byte[]>? Judge(JudgeOrder order);

    /// <summary>Says of each of some states whether it is known to come to an end.</summary>
    /// <returns>A byte for each; null where something is not known here.</returns>
    /// <exception cref="ArgumentException">They are no states of this partition.</exception>
    byte[]? Answer(long steps, byte[] states);

    /// <summary>Takes up what a partition answered.</summary>
    /// <exception cref="ArgumentException">It answers something else than was asked.</exception>
    void Learn(int from, byte[] answer);

    /// <summary>What is known after a <see cref="Judge"/>.</summary>
    JudgedLayer Judged { get; }

    /// <summary>A state; null where there is none.</summary>
    StoredState? State(long steps, int index);
}
