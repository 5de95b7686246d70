using Orleans.Mmu.Linux.Protocols;

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
