using Orleans.Mmu.Coordination.Cpus;
using Orleans.Mmu.Coordination.Journals;

namespace Orleans.Mmu.Interfaces.StopMachine;

/// <summary>
/// The record of a machine's run, key "machine". It is a grain of its own because the coordinator may be busy for as
/// long as a run takes: a CPU that must know where it stands is answered at once, also while the coordinator moves or
/// is gone.
/// </summary>
[GrainInterfaceType("mmu.IRunJournalGrain"), Alias("mmu.IRunJournalGrain")]
public interface IRunJournalGrain : IGrainWithStringKey
{
    /// <summary>The record as storage has it now.</summary>
    [Alias("Read")]
    Task<RunRecord> Read(CancellationToken cancellationToken);

    /// <summary>
    /// Compares and sets: replaces the record where <see cref="RunHead.MayReplace"/> allows it. A repeat of what is
    /// written changes nothing.
    /// </summary>
    /// <param name="basedOn">The record that the writer had read.</param>
    /// <returns>Whether this record is what is written now.</returns>
    [Alias("Write")]
    Task<bool> Write(RunRecord record, RunStamp basedOn, CancellationToken cancellationToken);

    /// <summary>What a CPU that was parked in an epoch reads when it wakes.</summary>
    [Alias("ReadFlag")]
    Task<FlagReading> ReadFlag(long epoch, CancellationToken cancellationToken);

    /// <summary>
    /// Where a CPU that has lost its memory stands in the run, from the record as storage has it now.
    /// </summary>
    /// <exception cref="Calls.RefusedException">The run's protocol is not known to this silo.</exception>
    [Alias("GetStanding"), AlwaysInterleave]
    Task<CpuStanding> GetStanding(int cpu, CancellationToken cancellationToken);
}

/// <summary>What a waiting CPU learns from the flag.</summary>
/// <param name="Released">The flag is zero, or the epoch was given up: the CPU runs.</param>
[GenerateSerializer, Immutable, Alias("mmu.FlagReading")]
public readonly record struct FlagReading([property: Id(0)] bool Released);
