namespace Orleans.Mmu.Coordination.Journals;

/// <summary>
/// The part of a run's record that decisions rest on: who wrote it, how far the run has come, whether it is over. Each
/// method returns the head of the next record; the journal accepts that by <see cref="MayReplace"/>.
/// </summary>
public sealed record RunHead
{
    /// <summary>Nothing was ever run.</summary>
    public static RunHead None { get; } = new();

    public RunStamp Stamp { get; init; }

    public RunPhase Phase { get; init; }

    public RunLife Life { get; init; }

    /// <summary>How often the run was taken up again.</summary>
    public int TakenUp { get; init; }

    /// <summary>The first record of a new run, before any CPU hears of it.</summary>
    public static RunHead Begin(Guid writer, long epoch) =>
        new() { Stamp = new(writer, epoch, 0), Phase = RunPhase.Gathering, Life = RunLife.Open };

    /// <summary>The same run in a later epoch, for a coordinator that follows one that is lost.</summary>
    public RunHead TakeUp(Guid writer, long epoch) =>
        this with { Stamp = new(writer, epoch, 0), TakenUp = TakenUp + 1 };

    /// <summary>The run in another phase, or the same phase with more that was found.</summary>
    public RunHead Enter(RunPhase phase) =>
        this with { Stamp = Stamp with { Sequence = Stamp.Sequence + 1 }, Phase = phase };

    /// <summary>
    /// The run is over. CPUs of a run that ended between two states of the tables stay where they are, so that the
    /// phase Halted remains.
    /// </summary>
    public RunHead End(bool isCancelled) => Enter(Phase == RunPhase.Halted ? RunPhase.Halted : RunPhase.Idle)
        with
    { Life = isCancelled ? RunLife.Cancelled : RunLife.Ended };

    /// <summary>
    /// Compare and set: whether this record gives way to another. It does where the other's writer has read this record
    /// and no older one, and where the other goes on with the same epoch, takes an open run up in a later epoch without
    /// changing its phase, or begins a new run in a later epoch after one that was cancelled. A record that was written
    /// already needs no second write: see <see cref="IsRepeat"/>.
    /// </summary>
    /// <param name="next">The record that is to be written.</param>
    /// <param name="basedOn">The record that its writer had read.</param>
    public bool MayReplace(RunHead next, RunStamp basedOn)
    {
        if (Stamp != basedOn)
            return false;
        bool isSameEpoch = next.Stamp.Writer == Stamp.Writer && next.Stamp.Epoch == Stamp.Epoch;
        return Life switch
        {
            RunLife.NeverBegun or RunLife.Cancelled =>
                next is { Life: RunLife.Open, Phase: RunPhase.Gathering } && next.Stamp.Epoch > Stamp.Epoch,
            RunLife.Open when isSameEpoch => next.Stamp.Sequence == Stamp.Sequence + 1 && IsLater(next.Phase),
            RunLife.Open => next.Life == RunLife.Open && next.Phase == Phase && next.Stamp.Epoch > Stamp.Epoch,
            RunLife.Ended => false,
            _ => throw new InvalidOperationException($"{Life} is no life of a run"),
        };
    }

    /// <summary>
    /// Whether a record is the one that is written: its writer did not get the answer and asks again.
    /// </summary>
    public bool IsRepeat(RunHead next) => next.Stamp == Stamp && Stamp.Epoch > 0;

    /// <summary>
    /// Whether a CPU that was parked in an epoch reads the flag as zero. While a run is open and not released it never
    /// does, whatever its epoch: a CPU of an older epoch waits until the coordinator of this one abandons that epoch or
    /// parks it again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The epoch is later than this record, so that this record is not the newest.
    /// </exception>
    public bool ReadsFlagAsZero(long epoch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, Stamp.Epoch);
        return Phase is RunPhase.Idle or RunPhase.Released or RunPhase.Abandoned;
    }

    private bool IsLater(RunPhase next) => next == Phase || (Phase, next) switch
    {
        (RunPhase.Gathering, not RunPhase.Halted) => true,
        (RunPhase.Changing, RunPhase.Released or RunPhase.Halted or RunPhase.Idle) => true,
        (RunPhase.Released or RunPhase.Abandoned, RunPhase.Idle or RunPhase.Abandoned) => true,
        _ => false,
    };
}
