using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>A CPU as others see it.</summary>
[GenerateSerializer, Immutable, Alias("mmu.CpuReport")]
public sealed record CpuReport
{
    [Id(0)]
    public required int Id { get; init; }

    [Id(1)]
    public required uint Midr { get; init; }

    [Id(2)]
    public required string Core { get; init; }

    /// <summary>What the hardware does with overlapping entries: 0, 1, 2, or 3 for level 2 without aborts.</summary>
    [Id(3)]
    public required int BbmLevel { get; init; }

    /// <summary>True where the level is an assumption.</summary>
    [Id(4)]
    public required bool BbmIsAssumed { get; init; }

    /// <summary>The kernel's check on this CPU.</summary>
    [Id(5)]
    public required bool SplitsLive { get; init; }

    [Id(6)]
    public required CpuRunState State { get; init; }

    /// <summary>The name of the root in TTBR1.</summary>
    [Id(7)]
    public required string Ttbr1 { get; init; }

    [Id(8)]
    public required int TlbEntries { get; init; }
}

/// <summary>A moment for the adversary, as it travels: versions of the tables instead of the tables.</summary>
/// <param name="Plan">What the adversary aims at.</param>
[GenerateSerializer, Immutable, Alias("mmu.WindowMessage")]
public sealed record WindowMessage(
    [property: Id(0)] long Ordinal,
    [property: Id(1)] string After,
    [property: Id(2)] long OrderedVersion,
    [property: Id(3)] long CurrentVersion,
    [property: Id(4)] PlanMessage Plan)
{
    /// <summary>Which step of CPU 0 published which version.</summary>
    [Id(5)]
    public ImmutableArray<KeyValuePair<long, string>> Changes { get; init; } = [];

    /// <summary>From now on the CPU records what it does.</summary>
    [Id(6)]
    public bool Record { get; init; }
}

/// <summary>The adversary's plan, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.PlanMessage")]
public sealed record PlanMessage(
    [property: Id(0)] ulong Seed,
    [property: Id(1)] ImmutableArray<ulong> Victims,
    [property: Id(2)] int Hunter)
{
    [NonSerialized]
    private SpeculationPlan? _read;

    /// <summary>The plan as a value, read once for all CPUs of a silo; null where nobody looks at anything.</summary>
    public SpeculationPlan? Read() => Victims.IsEmpty ? null : _read ??= new(Seed, [.. Victims.Select(v => new VirtualAddress(v))], Hunter);
}

/// <summary>Steps of one phase for one CPU. Epoch and sequence make a repeat harmless and a late one visible.</summary>
/// <param name="Epoch">The run of the protocol.</param>
/// <param name="Sequence">Counts the phases of an epoch, from 1.</param>
/// <param name="Steps">The steps' texts.</param>
/// <param name="WayBack">What a CPU that this parks performs by itself once it reads the flag as zero.</param>
[GenerateSerializer, Immutable, Alias("mmu.PhaseCommand")]
public sealed record PhaseCommand(
    [property: Id(0)] long Epoch,
    [property: Id(1)] int Sequence,
    [property: Id(2)] string Phase,
    [property: Id(3)] ImmutableArray<string> Steps,
    [property: Id(4)] WindowMessage Window,
    [property: Id(5)] ImmutableArray<string> WayBack,
    [property: Id(6)] bool Trace)
{
    [NonSerialized]
    private PhaseSteps? _read;

    /// <summary>The steps as values, read once for all CPUs of a silo.</summary>
    /// <exception cref="ArgumentException">A text names no step.</exception>
    public PhaseSteps Read() => _read ??= new(PhaseSteps.Of(Steps), PhaseSteps.Of(WayBack));
}

/// <summary>A phase's steps and the way back from them.</summary>
public sealed record PhaseSteps(ImmutableArray<Step> Steps, ImmutableArray<Step> WayBack)
{
    /// <summary>Reads steps by their texts; a text that names none is a mistake of whoever sent it.</summary>
    /// <exception cref="ArgumentException">A text names no step.</exception>
    public static ImmutableArray<Step> Of(ImmutableArray<string> texts) =>
        [.. texts.Select(t => Step.TryParse(t, out var step) ? step! : throw new ArgumentException($"\"{t}\" is no step"))];
}

/// <summary>What a CPU says after a phase or a window.</summary>
/// <param name="Epoch">The epoch it answers for.</param>
/// <param name="Stale">The message was of an epoch that is over; nothing was done.</param>
/// <param name="SeesMap">Whether a walk from one of its possible TTBR1 values could reach the kernel's map.</param>
[GenerateSerializer, Immutable, Alias("mmu.CpuAnswer")]
public sealed record CpuAnswer(
    [property: Id(0)] int Cpu,
    [property: Id(1)] long Epoch,
    [property: Id(2)] bool Stale,
    [property: Id(3)] CpuRunState State,
    [property: Id(4)] bool SeesMap,
    [property: Id(5)] ImmutableArray<ViolationReport> Violations,
    [property: Id(6)] ImmutableArray<TraceEvent> Trace)
{
    /// <summary>What it recorded since its last answer.</summary>
    [Id(7)]
    public ImmutableArray<RecordedEvent> Recorded { get; init; } = [];

    /// <summary>It has lost its memory since the last answer and stands where the run says that it must.</summary>
    [Id(8)]
    public bool Reborn { get; init; }
}

/// <summary>One broadcast TLBI.</summary>
/// <param name="Scope">VMALLE1IS and others, by number of <see cref="Arm.Invalidation.TlbiScope"/>.</param>
[GenerateSerializer, Immutable, Alias("mmu.TlbiPart")]
public readonly record struct TlbiPart(
    [property: Id(0)] int Scope,
    [property: Id(1)] ulong Address,
    [property: Id(2)] ulong Length,
    [property: Id(3)] ushort Asid);

/// <summary>Broadcast TLBIs on their way to one CPU: those between two DSBs of their issuer, in order.</summary>
/// <param name="Epoch">The run that issued them.</param>
/// <param name="Ordinal">Counts the messages of a run.</param>
/// <param name="Version">What the DSB before them has made visible: no walk that begins later sees older tables. 0 where that is said elsewhere.</param>
[GenerateSerializer, Immutable, Alias("mmu.TlbiMessage")]
public sealed record TlbiMessage(
    [property: Id(0)] long Epoch,
    [property: Id(1)] long Ordinal,
    [property: Id(2)] ImmutableArray<TlbiPart> Operations,
    [property: Id(3)] long Version = 0)
{
    /// <summary>The epoch of what is flushed outside any run of a protocol: later than all of them.</summary>
    public const long RunTimeEpoch = long.MaxValue;
}
