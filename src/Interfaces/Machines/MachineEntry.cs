using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>What a cluster's list of machines says of one machine.</summary>
[GenerateSerializer, Immutable, Alias("mmu.MachineEntry")]
public sealed record MachineEntry
{
    /// <summary>The machine's key.</summary>
    [Id(0)]
    public required string Key { get; init; }

    /// <summary>The machine's name, at most <see cref="LongestName"/> characters of it.</summary>
    [Id(1)]
    public required string Machine { get; init; }

    [Id(2)]
    public required int Cpus { get; init; }

    [Id(3)]
    public required MachineOutcome Outcome { get; init; }

    /// <summary>block, page or repaint; null before the boot has ended.</summary>
    [Id(4)]
    public string? Mode { get; init; }

    /// <summary>When the machine was booted, by the clock of its silo.</summary>
    [Id(5)]
    public required DateTimeOffset Began { get; init; }

    /// <summary>When <see cref="Outcome"/> came to be what it is, by the clock of the machine's silo.</summary>
    [Id(6)]
    public required DateTimeOffset Changed { get; init; }

    /// <summary>The silo that the machine was on at <see cref="Changed"/>, as ADDRESS:PORT.</summary>
    [Id(7)]
    public required string Silo { get; init; }

    /// <summary>The machine's newest fencing token at <see cref="Changed"/>.</summary>
    [Id(8)]
    public required long Epoch { get; init; }

    /// <summary>An entry has at most so many characters of a machine's name.</summary>
    public const int LongestName = 64;

    /// <summary>
    /// Whether the machine is being booted or removed, so that it may have gone on, or away, without another entry: the
    /// silo of a machine may be lost before it reports.
    /// </summary>
    public bool IsOpen => Outcome is MachineOutcome.Booting or MachineOutcome.Removing;

    /// <summary>Whether this entry was made after another one of the same machine; messages may overtake each other.
    /// </summary>
    public bool Follows(MachineEntry other) => (Epoch, Rank).CompareTo((other.Epoch, other.Rank)) > 0;

    private int Rank => Outcome switch { MachineOutcome.Booting => 0, MachineOutcome.Removing => 2, _ => 1 };
}
