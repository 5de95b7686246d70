namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// A partition as the leader of the exploration calls it. Every call may be repeated. A call fails with
/// <see cref="PartitionLostException"/> if the partition does not answer, or if it or another partition does not know
/// what came before.
/// </summary>
public interface IRemotePartition
{
    /// <summary>Creates the partition without states of its own, in an epoch.</summary>
    Task BeginAsync(long epoch);

    /// <summary>Lets the partition take part in a new epoch if it has performed these steps.</summary>
    /// <returns>
    /// The last step that it has performed, <paramref name="steps"/> or the next one; −1 if its states are lost; null
    /// if it does not answer.
    /// </returns>
    Task<long?> JoinAsync(long epoch, long steps);

    Task<PartitionCounts> StepAsync(PartitionOrder order);

    /// <summary>Brings the receivers what a step found for them, once more.</summary>
    Task ResendAsync(PartitionOrder order);

    Task<JudgedLayer> JudgeAsync(JudgeOrder order);

    Task<StoredState> StateAsync(long steps, int index);
}

/// <summary>A partition does not answer, or the states of one are lost.</summary>
public sealed class PartitionLostException(string message, Exception? why = null) : Exception(message, why);

/// <summary>
/// A partition that was built anew is not the one that was lost: its silo has too little memory, or another program.
/// </summary>
public sealed class RebuildException(string message) : Exception(message);
