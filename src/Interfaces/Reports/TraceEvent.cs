namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>The kinds of events of a timeline.</summary>
[GenerateSerializer, Alias("mmu.TraceEventKind")]
public enum TraceEventKind
{
    /// <summary>The CPU performed a step.</summary>
    Step,

    /// <summary>The CPU walked, and what it found then matters: it changed, or an entry of it conflicts.</summary>
    Walk,

    /// <summary>A property was violated on the CPU.</summary>
    Violation,
}

/// <summary>One thing that one CPU did, or that became of it.</summary>
/// <param name="Cpu">Whose lane; 0 also for the writer of the tables.</param>
/// <param name="Name">The step; the walk in words; the name of the property.</param>
/// <param name="Phase">The protocol's phase; empty before the first.</param>
/// <param name="Began">Model time since the boot began, in picoseconds.</param>
/// <param name="Duration">Model time, in picoseconds; 0 for what is no step.</param>
[GenerateSerializer, Immutable, Alias("mmu.TraceEvent")]
public readonly record struct TraceEvent(
    [property: Id(0)] int Cpu,
    [property: Id(1)] string Name,
    [property: Id(2)] string Phase,
    [property: Id(5)] long Began,
    [property: Id(6)] long Duration)
{
    /// <summary>Events from a silo of an earlier version are steps.</summary>
    [Id(7)]
    public TraceEventKind Kind { get; init; }

    /// <summary>Model time since the boot began, in picoseconds.</summary>
    public long Ended => Began + Duration;
}
