using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>Steps of one phase for one CPU. Epoch and sequence make a repeat harmless and a late one visible.</summary>
/// <param name="Epoch">The run of the protocol.</param>
/// <param name="Sequence">Counts the phases of an epoch, from 1.</param>
/// <param name="WayBack">What a CPU that this parks performs by itself once it reads the flag as zero.</param>
[GenerateSerializer, Immutable, Alias("mmu.PhaseCommand")]
public sealed record PhaseCommand(
    [property: Id(0)] long Epoch,
    [property: Id(1)] int Sequence,
    [property: Id(2)] string Phase,
    [property: Id(7)] StepSequence Steps,
    [property: Id(8)] RunWindow Window,
    [property: Id(9)] StepSequence WayBack);
