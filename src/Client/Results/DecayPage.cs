using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.Decay;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Results;

/// <summary>A map's decay, ready to print.</summary>
/// <param name="TlbOrigin">Where the TLBs come from.</param>
/// <param name="OutOfMemory">The number of events that found no memory.</param>
/// <param name="Replay">A trace's misses at some of the samples; null if no trace was given.</param>
internal sealed record DecayPage(
    MachineDescription Machine, string TlbOrigin, TlbHierarchy Tlbs, IReadOnlyList<DecaySample> Samples,
    int OutOfMemory, DecaySimulation? Replay);

/// <summary>A trace's misses as the map decays.</summary>
internal sealed record DecaySimulation(string Trace, IReadOnlyList<DecayMisses> Misses, string? Error);

/// <summary>Misses after a number of events.</summary>
internal sealed record DecayMisses(int Events, MissRates Rates, long Unmapped);
