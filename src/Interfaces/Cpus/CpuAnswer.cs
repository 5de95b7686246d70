using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>What a CPU says after a phase or a window.</summary>
/// <param name="Epoch">The epoch it answers for.</param>
/// <param name="Stale">The message was of an epoch that is over; nothing was done.</param>
/// <param name="SeesMap">
/// Whether a walk from one of its possible TTBR1 values, or from a cached table entry, could reach the kernel's map.
/// </param>
[GenerateSerializer, Immutable, Alias("mmu.CpuAnswer")]
public sealed record CpuAnswer(
    [property: Id(0)] int Cpu,
    [property: Id(1)] long Epoch,
    [property: Id(2)] bool Stale,
    [property: Id(3)] CpuRunState State,
    [property: Id(4)] bool SeesMap,
    [property: Id(9)] ImmutableArray<Violation> Violations)
{
    /// <summary>What it recorded since its last answer.</summary>
    [Id(10)]
    public ImmutableArray<RunEvent> Recorded { get; init; } = [];

    /// <summary>What the run's timeline shows of its walks since its last answer.</summary>
    [Id(11)]
    public ImmutableArray<Sighting> Sighted { get; init; } = [];

    /// <summary>It has lost its memory since the last answer and stands where the run says that it must.</summary>
    [Id(8)]
    public bool Reborn { get; init; }
}
