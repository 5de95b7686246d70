using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.MachineFiles;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>What a client asks of a machine grain.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Protocol">How to repaint, should that be needed: the name of a protocol.</param>
/// <param name="Seed">The adversary's seed.</param>
/// <param name="ForceRepaint">Repaint even where every CPU may split live, as the series' author tested it.</param>
/// <param name="Trace">Keep what every CPU did, for a trace.</param>
[GenerateSerializer, Immutable, Alias("mmu.BootRequest")]
public sealed record BootRequest(
    [property: Id(0)] MachineHandle Machine,
    [property: Id(1)] string Protocol,
    [property: Id(2)] long Seed,
    [property: Id(3)] bool ForceRepaint,
    [property: Id(4)] bool Trace)
{
    /// <summary>Keep every event of the repaint with every TLB.</summary>
    [Id(5)]
    public bool Record { get; init; }

    /// <summary>The events of a counterexample, to be performed in place of the protocol; empty otherwise.</summary>
    [Id(8)]
    public ImmutableArray<ReplayAction> Replay { get; init; } = [];

    /// <summary>
    /// The text of the protocol's file; null for a built-in protocol, which every silo knows by its name. Each silo
    /// reads and checks the text for itself, since what comes from a client is as untrusted as a file.
    /// </summary>
    [Id(9)]
    public string? ProtocolFile { get; init; }

    /// <summary>No CPU speculates: only the protocol runs.</summary>
    [Id(7)]
    public bool Quiet { get; init; }
}
