namespace Orleans.Mmu.Interfaces.StopMachine;

/// <summary>
/// The record of a machine's run, key "machine". Apart from the coordinator, which may be busy for as long as a run
/// takes: whoever must know where it stands is answered at once, also when the coordinator is about to move or is gone.
/// </summary>
[Alias("mmu.IRunJournalGrain")]
public interface IRunJournalGrain : IGrainWithStringKey
{
    [Alias("Read")]
    Task<RunRecord> Read(CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the record. A repeat changes nothing; what comes late, or from a coordinator that another has followed,
    /// is refused.
    /// </summary>
    /// <returns>Whether this or the same was written.</returns>
    [Alias("Write")]
    Task<bool> Write(RunRecord record, CancellationToken cancellationToken);

    /// <summary>What a parked CPU reads when it wakes.</summary>
    [Alias("ReadFlag")]
    Task<FlagReading> ReadFlag(long epoch, CancellationToken cancellationToken);

    /// <summary>Where a CPU stands in the run: what it must know that has lost its memory.</summary>
    [Alias("GetStanding")]
    Task<CpuStanding> GetStanding(int cpu, CancellationToken cancellationToken);
}

/// <summary>What a waiting CPU learns from the flag.</summary>
/// <param name="Released">The flag is zero, or the epoch was given up: run.</param>
[GenerateSerializer, Immutable, Alias("mmu.FlagReading")]
public readonly record struct FlagReading([property: Id(0)] bool Released);
