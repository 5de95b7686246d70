namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// A shard of a state space that exchanges parcels of bytes with the other shards instead of sharing memory with them.
/// The caller carries parcels, questions and answers. A partition refuses messages for a step that it does not know, so
/// that lost states cannot go unnoticed.
/// </summary>
public interface IPartition
{
    /// <summary>The initial state of the exploration.</summary>
    byte[] Initial { get; }

    /// <summary>The counts after its last step.</summary>
    PartitionCounts Counts { get; }

    /// <summary>Bytes that suffice for the next piece of a step.</summary>
    long MostBytes { get; }

    /// <summary>
    /// Bounds the memory from the next piece on, within the limit of its shape. A partition that would need more is
    /// full.
    /// </summary>
    void Allow(long bytes);

    /// <summary>Performs a step in pieces, so that other work can run between them.</summary>
    /// <returns>Null if this is not the next step, or if a parcel that it needs is missing.</returns>
    IEnumerable<int>? Step(PartitionOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Finds once more, in pieces, what one of its steps found for other partitions. Steps are repeated from the first,
    /// in order; the first may be repeated at any time.
    /// </summary>
    /// <returns>Null if the step was not performed here, or if it is not the next one to repeat.</returns>
    IEnumerable<int>? Resend(PartitionOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Whether these steps were performed here, and no more than one step after them, and none is unfinished.
    /// </summary>
    bool HasPerformed(long steps);

    /// <summary>
    /// The states that the last step, performed or repeated, found for each partition; empty for none. The caller
    /// becomes their owner.
    /// </summary>
    IReadOnlyList<byte[]> TakeParcels();

    /// <summary>
    /// Keeps the states that a step of another partition found for this one. A repeat changes nothing.
    /// </summary>
    /// <returns>False if the steps before it are not known here.</returns>
    /// <exception cref="ArgumentException">The bytes are no parcel of that partition.</exception>
    bool Receive(long ordinal, int from, byte[] parcel);

    /// <summary>Marks states of a layer from which an end can be reached, as far as this partition can tell.</summary>
    /// <returns>For each partition, the states that it must be asked about; null if a step is not known here.</returns>
    IReadOnlyList<byte[]>? Judge(JudgeOrder order);

    /// <summary>Says for each of some states whether it is known to reach an end.</summary>
    /// <returns>One byte for each; null if a step is not known here.</returns>
    /// <exception cref="ArgumentException">They are no states of this partition.</exception>
    byte[]? Answer(long steps, byte[] states);

    /// <summary>Takes in another partition's answer.</summary>
    /// <exception cref="ArgumentException">The answer does not fit the question.</exception>
    void Learn(int from, byte[] answer);

    /// <summary>The result of the last <see cref="Judge"/>.</summary>
    JudgedLayer Judged { get; }

    /// <summary>A state by index; null if it is not known here.</summary>
    StoredState? State(long steps, int index);
}
