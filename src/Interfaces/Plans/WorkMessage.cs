using System.Collections.Immutable;
using Orleans.Mmu.Linux.Calls;

namespace Orleans.Mmu.Interfaces.Plans;

/// <summary>
/// Pages for CPUs to use, as they travel: addresses, the memory behind them, and what is promised of each.
/// </summary>
/// <param name="Version">The tables that the promises are about.</param>
/// <param name="Ordinal">Counts the work of a run, from 1: a repeat gets the first answer, what comes late is not
/// done.</param>
/// <param name="LoadsOnly">A call is on its way: nothing is promised about stores.</param>
[GenerateSerializer, Immutable, Alias("mmu.WorkMessage")]
public sealed record WorkMessage(
    [property: Id(0)] ulong Seed,
    [property: Id(1)] long Version,
    [property: Id(2)] ImmutableArray<ulong> Addresses,
    [property: Id(3)] ImmutableArray<ulong> Pages,
    [property: Id(4)] ImmutableArray<PageAccess> Promises,
    [property: Id(5)] bool LoadsOnly = false,
    [property: Id(6)] long Ordinal = 0);
