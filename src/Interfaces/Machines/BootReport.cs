using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>What became of a machine.</summary>
[GenerateSerializer, Alias("mmu.MachineOutcome")]
public enum MachineOutcome
{
    /// <summary>Never booted.</summary>
    New,

    /// <summary>On its way up.</summary>
    Booting,

    /// <summary>Every CPU that may run runs.</summary>
    Online,

    /// <summary>A CPU did not come to the rendezvous; the map was left as it was and everyone else runs again.</summary>
    RendezvousTimeout,

    /// <summary>The map was repainted, but a CPU did not answer its release. It looks at the flag by itself and will run.</summary>
    ReleaseTimeout,

    /// <summary>A broadcast TLBI did not complete; the others were not released on half an answer.</summary>
    TlbiTimeout,

    /// <summary>The kernel panicked.</summary>
    Panic,

    /// <summary>The boot was cancelled.</summary>
    Cancelled,

    /// <summary>A counterexample was performed, which ends where it ends.</summary>
    Replayed,

    /// <summary>A silo was lost in the middle of what cannot be taken up again: the machine must be booted anew.</summary>
    Interrupted,
}

/// <summary>A property that did not hold, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.ViolationReport")]
public sealed record ViolationReport(
    [property: Id(0)] string Rule,
    [property: Id(1)] int? Cpu,
    [property: Id(2)] ulong? Address,
    [property: Id(3)] string Message,
    [property: Id(4)] ImmutableArray<string> Explanation)
{
    public static ViolationReport Of(Violation violation) =>
        new(violation.Property.Name, violation.Cpu, violation.Address?.Value, violation.Message, violation.Explanation);
}

/// <summary>Leaves by size, tables by level, bytes of tables.</summary>
[GenerateSerializer, Immutable, Alias("mmu.MapReport")]
public sealed record MapReport(
    [property: Id(0)] ImmutableArray<KeyValuePair<string, long>> Leaves,
    [property: Id(1)] ImmutableArray<KeyValuePair<int, long>> Tables,
    [property: Id(2)] long TableBytes);

/// <summary>What a stop-machine run did.</summary>
/// <param name="Parked">CPUs that counted in, the boot CPU not among them.</param>
/// <param name="SplitBlocks">Block descriptors replaced by tables.</param>
/// <param name="Microseconds">From the first step of parking to the last answer of resuming.</param>
/// <param name="Stopped">False for a protocol that stops nobody.</param>
/// <param name="Epoch">The run's epoch.</param>
[GenerateSerializer, Immutable, Alias("mmu.RepaintReport")]
public sealed record RepaintReport(
    [property: Id(0)] int Parked,
    [property: Id(1)] long SplitBlocks,
    [property: Id(2)] long Microseconds,
    [property: Id(3)] bool Stopped,
    [property: Id(4)] long Epoch)
{
    /// <summary>How often the run was taken up again because its silo was lost.</summary>
    [Id(5)]
    public int TakenUp { get; init; }

    /// <summary>CPUs whose silo was lost while it lasted: what they held in their TLBs, and what they saw there, went with it.</summary>
    [Id(6)]
    public ImmutableArray<int> Reborn { get; init; } = [];
}

/// <summary>Everything that a boot has to say.</summary>
[GenerateSerializer, Immutable, Alias("mmu.BootReport")]
public sealed record BootReport
{
    [Id(0)]
    public required string Machine { get; init; }

    /// <summary>block, page or repaint.</summary>
    [Id(1)]
    public required string Mode { get; init; }

    [Id(2)]
    public required string Protocol { get; init; }

    [Id(3)]
    public required long Seed { get; init; }

    [Id(4)]
    public required MachineOutcome Outcome { get; init; }

    /// <summary>The system-wide capability after all CPUs are up.</summary>
    [Id(5)]
    public required bool SystemSplitsLive { get; init; }

    [Id(6)]
    public required ImmutableArray<CpuReport> Cpus { get; init; }

    /// <summary>The linear map as it was painted.</summary>
    [Id(7)]
    public required MapReport Before { get; init; }

    /// <summary>The linear map at the end of boot.</summary>
    [Id(8)]
    public required MapReport After { get; init; }

    [Id(9)]
    public RepaintReport? Repaint { get; init; }

    [Id(10)]
    public required ImmutableArray<ViolationReport> Violations { get; init; }

    /// <summary>Lines as dmesg prints them.</summary>
    [Id(11)]
    public required ImmutableArray<string> Log { get; init; }

    /// <summary>What the CPUs did, where a trace was asked for.</summary>
    [Id(12)]
    public required ImmutableArray<TraceEvent> Trace { get; init; }

    /// <summary>Every event of the repaint, where a recording was asked for.</summary>
    [Id(13)]
    public ImmutableArray<RecordedEvent> Recorded { get; init; } = [];
}

/// <summary>A report, or the one line that says what is wrong with the machine's description.</summary>
[GenerateSerializer, Immutable, Alias("mmu.BootAnswer")]
public sealed record BootAnswer([property: Id(0)] BootReport? Report, [property: Id(1)] string? InputError);

/// <summary>How far a boot has come.</summary>
/// <param name="Activity">What it is doing, in a few words.</param>
/// <param name="Done">Units done of this activity.</param>
/// <param name="Total">All units of it; 0 where nobody knows.</param>
[GenerateSerializer, Immutable, Alias("mmu.BootProgress")]
public sealed record BootProgress([property: Id(0)] string Activity, [property: Id(1)] long Done, [property: Id(2)] long Total)
{
    /// <summary>Nothing is being done: either nobody has asked yet, or whoever did it is no more.</summary>
    public static BootProgress Waiting { get; } = new("waiting", 0, 0);

    public bool IsWaiting => Activity == Waiting.Activity;
}

/// <summary>One thing that one CPU did.</summary>
/// <param name="Cpu">Whose lane; 0 also for the writer of the tables.</param>
/// <param name="Name">The step.</param>
/// <param name="Phase">The protocol's phase.</param>
/// <param name="Ticks">When it began, in ticks of 100 ns, UTC.</param>
/// <param name="Duration">In ticks.</param>
[GenerateSerializer, Immutable, Alias("mmu.TraceEvent")]
public readonly record struct TraceEvent(
    [property: Id(0)] int Cpu,
    [property: Id(1)] string Name,
    [property: Id(2)] string Phase,
    [property: Id(3)] long Ticks,
    [property: Id(4)] long Duration);
