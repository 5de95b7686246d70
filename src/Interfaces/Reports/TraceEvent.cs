namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>One thing that one CPU did.</summary>
/// <param name="Cpu">Whose lane; 0 also for the writer of the tables.</param>
/// <param name="Name">The step.</param>
/// <param name="Phase">The protocol's phase.</param>
/// <param name="Ticks">When it began, in ticks of 100 ns, UTC.</param>
/// <param name="Duration">In ticks.</param>
[GenerateSerializer, Immutable, Alias("mmu.TraceEvent")]
public readonly record struct TraceEvent(
    [property: Id(0)] int Cpu,
    [property: Id(1)] string Name,
    [property: Id(2)] string Phase,
    [property: Id(3)] long Ticks,
    [property: Id(4)] long Duration);
