using Orleans.Mmu.Speculation.Work;

namespace Orleans.Mmu.Interfaces.Plans;

/// <summary>Pages for CPUs to use, and when.</summary>
/// <param name="Version">The tables that the plan's promises are about.</param>
/// <param name="LoadsOnly">A call is on its way: nothing is promised about stores.</param>
/// <param name="Speculative">
/// The CPU walks for the pages and caches what it finds, whole contiguous groups too, but neither loads nor stores.
/// </param>
/// <param name="Ordinal">
/// Counts the work of a run, from 1: a repeat gets the first answer, and what comes late is not done.
/// </param>
[GenerateSerializer, Immutable, Alias("mmu.WorkMessage")]
public sealed record WorkMessage(
    [property: Id(7)] WorkPlan Plan,
    [property: Id(1)] long Version,
    [property: Id(5)] bool LoadsOnly = false,
    [property: Id(6)] long Ordinal = 0,
    [property: Id(8)] bool Speculative = false);
