using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Choices;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Hotplug;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Speculation.Scenarios;

/// <summary>What a scenario knows when it chooses its next call: the results of earlier calls.</summary>
public sealed class ScenarioContext(ulong seed, MachineDescription machine)
{
    /// <summary>The maximum number of pages in one call.</summary>
    public const long MaxPages = 1 << 20;

    private readonly LinearMapLayout _layout = LinearMapLayout.Of(machine);

    public SeededChoice Choice { get; } = new(seed);

    /// <summary>can_set_direct_map(): if it is false, no page is taken out of the map.</summary>
    public bool CanSetDirectMap { get; } = PaintDecision.ChangesPermissions(machine);

    /// <summary>
    /// Memory that can be hot-added after the existing memory; null if the linear map has no room for it.
    /// </summary>
    public MemoryRange? Pluggable { get; } = PluggableMemory.Of(machine);

    /// <summary>Number of pages that are free for areas.</summary>
    public long FreePages { get; set; }

    /// <summary>The last area allocated.</summary>
    public int LastArea { get; set; }

    /// <summary>The pages that begin the last area.</summary>
    public ImmutableArray<PhysicalAddress> LastPages { get; set; } = [];

    public KernelError LastError { get; set; }

    /// <summary>The linear addresses of a range of memory.</summary>
    public LinearRange Linear(PhysicalAddress start, ulong length) =>
        new(_layout.ToVirtual(start), _layout.ToVirtual(start) + length);

    public ulong PageSize => _layout.Geometry.Granule.PageSize;
}
