using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Speculation.Scenarios;

/// <summary>What a scenario knows when it decides on its next call: what the last ones came to.</summary>
public sealed class ScenarioContext(ulong seed, MachineDescription machine)
{
    /// <summary>The most pages that a scenario asks for at once.</summary>
    public const long MaxPages = 1 << 20;

    private readonly LinearMapLayout _layout = LinearMapLayout.Of(machine);

    public SeededChoice Choice { get; } = new(seed);

    /// <summary>can_set_direct_map(): where it says no, nobody asks for a page to be taken out of the map.</summary>
    public bool CanSetDirectMap { get; } = PaintDecision.ChangesPermissions(machine);

    /// <summary>Memory that can be plugged in behind what there is; null where the linear map has no room for it.</summary>
    public MemoryRange? Pluggable { get; } = PluggableMemory.Of(machine);

    /// <summary>Pages that are free for areas.</summary>
    public long FreePages { get; set; }

    /// <summary>The area that was allocated last.</summary>
    public int LastArea { get; set; }

    /// <summary>Its first pages.</summary>
    public ImmutableArray<PhysicalAddress> LastPages { get; set; } = [];

    public KernelError LastError { get; set; }

    /// <summary>The linear addresses of memory.</summary>
    public LinearRange Linear(PhysicalAddress start, ulong length) => new(_layout.ToVirtual(start), _layout.ToVirtual(start) + length);

    /// <summary>Bytes of a page.</summary>
    public ulong PageSize => _layout.Geometry.Granule.PageSize;
}
