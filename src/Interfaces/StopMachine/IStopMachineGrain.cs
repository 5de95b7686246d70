using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Interfaces.StopMachine;

/// <summary>Runs a protocol over the CPUs of a machine; key "machine".</summary>
[GrainInterfaceType("mmu.IStopMachineGrain"), Alias("mmu.IStopMachineGrain")]
public interface IStopMachineGrain : IGrainWithStringKey
{
    /// <summary>
    /// One run, in the epoch of the request; a run that was begun and not ended is taken up, and a run that has its
    /// report answers with that.
    /// </summary>
    /// <exception cref="Calls.EpochOverException">A later epoch has taken the run up.</exception>
    /// <exception cref="Calls.RefusedException">The protocol is not known to this silo.</exception>
    [Alias("Run"), ResponseTimeout("00:30:00")]
    Task<StopMachineReport> Run(StopMachineRequest request, CancellationToken cancellationToken);

    [Alias("GetProgress"), AlwaysInterleave]
    Task<BootProgress> GetProgress(CancellationToken cancellationToken);
}

/// <summary>A protocol to run on the CPUs of a machine, or a recording of one to repeat.</summary>
/// <param name="Protocol">Its name.</param>
/// <param name="Cpus">The CPUs that are online, the boot CPU first.</param>
/// <param name="Version">The tables at the start.</param>
/// <param name="ExpectedBlocks">Large leaves in the map, for the size of a batch and for progress.</param>
[GenerateSerializer, Immutable, Alias("mmu.StopMachineRequest")]
public sealed record StopMachineRequest(
    [property: Id(0)] string Protocol,
    [property: Id(1)] ImmutableArray<int> Cpus,
    [property: Id(2)] long Version,
    [property: Id(3)] long Seed,
    [property: Id(4)] long ExpectedBlocks,
    [property: Id(5)] bool Trace)
{
    /// <summary>Keep every event with every TLB, to be held against the checker's machine.</summary>
    [Id(6)]
    public bool Record { get; init; }

    /// <summary>Perform these events and nothing else; empty to perform the protocol.</summary>
    [Id(10)]
    public ImmutableArray<ReplayAction> Replay { get; init; } = [];

    /// <summary>The text of the protocol's file, kept for a take-up; null for a built-in protocol.</summary>
    [Id(12)]
    public string? ProtocolFile { get; init; }

    /// <summary>No CPU speculates, so that nothing has to be split in parts either.</summary>
    [Id(8)]
    public bool Quiet { get; init; }

    /// <summary>Bytes of a table.</summary>
    [Id(11)]
    public required int PageSize { get; init; }

    /// <summary>
    /// The fencing token of this call: the machine hands out each number once, so that a coordinator of an earlier call
    /// is refused. At least 1.
    /// </summary>
    [Id(9)]
    public required long Epoch { get; init; }
}

/// <summary>How a run ended, and what it found.</summary>
/// <param name="Outcome">Online, or how the run failed.</param>
/// <param name="Version">The tables at the end.</param>
[GenerateSerializer, Immutable, Alias("mmu.StopMachineReport")]
public sealed record StopMachineReport(
    [property: Id(0)] MachineOutcome Outcome,
    [property: Id(1)] RepaintReport Repaint,
    [property: Id(2)] long Version,
    [property: Id(6)] ImmutableArray<Violation> Violations,
    [property: Id(4)] ImmutableArray<TraceEvent> Trace)
{
    [Id(7)]
    public ImmutableArray<RunEvent> Recorded { get; init; } = [];

    /// <summary>What the timeline shows of the CPUs' walks; empty where none was asked for.</summary>
    [Id(8)]
    public ImmutableArray<Sighting> Sighted { get; init; } = [];
}
