using System.Collections.Immutable;
using Orleans.Mmu.Arm;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Checking;

/// <summary>What a scenario knows when it decides on its next call: what the last ones came to.</summary>
public sealed class ScenarioContext(ulong seed)
{
    /// <summary>The most pages that a scenario asks for at once.</summary>
    public const long MaxPages = 1 << 20;

    public SeededChoice Choice { get; } = new(seed);

    /// <summary>Pages that are free for areas.</summary>
    public long FreePages { get; set; }

    /// <summary>The area that was allocated last.</summary>
    public int LastArea { get; set; }

    /// <summary>Its first pages.</summary>
    public ImmutableArray<PhysicalAddress> LastPages { get; set; } = [];

    public KernelError LastError { get; set; }
}
