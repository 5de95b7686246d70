using System.Collections.Immutable;

namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>How far the run of a protocol has come, as its coordinator knows without asking a CPU.</summary>
/// <param name="Secondaries">CPUs that the run stops or changes the map under, CPU 0 not among them.</param>
/// <param name="Waiting">Secondaries that have counted in and wait for the flag.</param>
/// <param name="SplitBlocks">Block descriptors replaced by tables so far.</param>
/// <param name="Windows">Windows that the adversary has had so far; 0 for a boot without speculation.</param>
/// <param name="Violations">Violations found so far.</param>
/// <param name="First">The first of them, at most <see cref="MostShown"/>.</param>
[GenerateSerializer, Immutable, Alias("mmu.RunCourse")]
public sealed record RunCourse(
    [property: Id(0)] int Secondaries,
    [property: Id(1)] int Waiting,
    [property: Id(2)] long SplitBlocks,
    [property: Id(3)] long Windows,
    [property: Id(4)] int Violations,
    [property: Id(5)] ImmutableArray<ViolationReport> First)
{
    /// <summary>
    /// The secondaries that wait, by number and in order; empty from a silo of an earlier version.
    /// </summary>
    [Id(6)]
    public ImmutableArray<int> Parked { get; init; } = [];

    /// <summary>Every query of the progress carries the first violations, so that they are few.</summary>
    public const int MostShown = 5;
}
