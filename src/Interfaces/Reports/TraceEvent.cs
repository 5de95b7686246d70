namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>One thing that one CPU did.</summary>
/// <param name="Cpu">Whose lane; 0 also for the writer of the tables.</param>
/// <param name="Name">The step.</param>
/// <param name="Phase">The protocol's phase.</param>
/// <param name="Began">Model time since the boot began, in picoseconds.</param>
/// <param name="Duration">Model time, in picoseconds.</param>
[GenerateSerializer, Immutable, Alias("mmu.TraceEvent")]
public readonly record struct TraceEvent(
    [property: Id(0)] int Cpu,
    [property: Id(1)] string Name,
    [property: Id(2)] string Phase,
    [property: Id(5)] long Began,
    [property: Id(6)] long Duration)
{
    /// <summary>Model time since the boot began, in picoseconds.</summary>
    public long Ended => Began + Duration;
}
