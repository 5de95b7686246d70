using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Plans;

namespace Orleans.Mmu.Interfaces.Cpus;

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
