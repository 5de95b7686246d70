using Orleans.Mmu.Interfaces.Scenarios;

namespace Orleans.Mmu.Grains.Scenarios;

/// <summary>What must survive of a scenario: that it was begun, and what it came to.</summary>
[GenerateSerializer, Immutable, Alias("mmu.ScenarioState")]
public sealed record ScenarioState
{
    [Id(0)]
    public bool IsBegun { get; init; }

    [Id(1)]
    public ScenarioAnswer? Answer { get; init; }
}
