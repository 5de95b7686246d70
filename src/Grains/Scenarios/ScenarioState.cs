using Orleans.Mmu.Interfaces.Scenarios;

namespace Orleans.Mmu.Grains.Scenarios;

/// <summary>What must survive of a scenario: that it was begun, and what it came to.</summary>
[GenerateSerializer, Alias("mmu.ScenarioState")]
public sealed class ScenarioState
{
    [Id(0)]
    public bool IsBegun { get; set; }

    [Id(1)]
    public ScenarioAnswer? Answer { get; set; }
}
