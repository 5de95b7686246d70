using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Partitions;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>
/// A partition of the state space of an exploration; key: the exploration's, then "/" and the partition's number. The
/// states live as long as the activation: they are lost with its silo, and the next caller is told that they are not
/// known, so that no result leaves them out. The leader of the exploration then has the partition built anew, in a new
/// epoch. A partition refuses messages of every epoch but the one that it takes part in, and an activation that was
/// told of no epoch refuses all.
/// </summary>
[GrainInterfaceType("mmu.IPartitionGrain"), Alias("mmu.IPartitionGrain")]
public interface IPartitionGrain : IGrainWithStringKey
{
    /// <summary>
    /// Creates the system and this partition of it; states of an older epoch go. A repeat changes nothing.
    /// </summary>
    /// <returns>What is wrong with it in one line; null for nothing.</returns>
    [Alias("Begin")]
    Task<string?> Begin(PartitionSetup setup, CancellationToken cancellationToken);

    /// <summary>
    /// Takes part in a new epoch with the states that are known here, if they are those of this number of steps or of
    /// one step more; otherwise they go. A repeat changes nothing.
    /// </summary>
    /// <returns>The last step; −1 where the states are not known.</returns>
    [Alias("Join")]
    Task<long> Join(long epoch, long steps, CancellationToken cancellationToken);

    /// <summary>
    /// Finds once more what a step found for the receivers, and brings it to them. Steps come in their order, from the
    /// first. A repeat brings it again.
    /// </summary>
    /// <returns>False where the steps before it are not known here, or by a receiver.</returns>
    [Alias("Resend")]
    Task<bool> Resend(PartitionOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Takes in what the step before found for it, expands, and brings the other partitions what it finds. A repeat
    /// gets the first answer.
    /// </summary>
    /// <returns>Null where what came before is not known here, or by another partition.</returns>
    [Alias("Step")]
    Task<PartitionCounts?> Step(PartitionOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps what another partition found for this one, until the next step. A repeat changes nothing.
    /// </summary>
    /// <returns>False where the steps before it are not known here.</returns>
    [Alias("Deliver"), AlwaysInterleave]
    Task<bool> Deliver(ParcelMessage parcel, CancellationToken cancellationToken);

    /// <summary>
    /// Looks for states of a layer that come to an end. A repeat finds what the first found, or more.
    /// </summary>
    /// <returns>Null where the states are not known here, or by another partition.</returns>
    [Alias("Judge")]
    Task<JudgedLayer?> Judge(JudgeOrder order, CancellationToken cancellationToken);

    /// <summary>Says of each state whether it is known to come to an end: a byte for each.</summary>
    /// <returns>Empty where the states are not known here.</returns>
    [Alias("AreEnding"), AlwaysInterleave]
    Task<ImmutableArray<byte>> AreEnding(EndingQuestion question, CancellationToken cancellationToken);

    /// <summary>Whether any states are known here.</summary>
    [Alias("Holds"), AlwaysInterleave]
    Task<bool> Holds(CancellationToken cancellationToken);

    /// <summary>A state, by its place.</summary>
    /// <param name="steps">The last step.</param>
    /// <returns>Null where it is not known here.</returns>
    [Alias("GetState")]
    Task<StoredState?> GetState(long steps, int index, CancellationToken cancellationToken);

    /// <summary>The exploration is over: the states may go.</summary>
    [Alias("Forget")]
    Task Forget(CancellationToken cancellationToken);
}
