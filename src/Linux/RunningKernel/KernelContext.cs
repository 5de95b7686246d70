using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.RunningKernel;

/// <summary>
/// What a kernel knows when it changes its linear map: the machine, the decision of map_mem(), the online CPUs, and the
/// source of table pages.
/// </summary>
public sealed record KernelContext
{
    public required MachineDescription Machine { get; init; }

    public required LinearMapLayout Layout { get; init; }

    /// <summary>The decision of map_mem().</summary>
    public required PaintDecision Decision { get; init; }

    public required NoAbortCapability Capability { get; init; }

    /// <summary>The pages for tables, shared by all allocations.</summary>
    public required TablePages Pages { get; init; }

    /// <summary>__kfence_pool, if it was reserved early.</summary>
    public required MemoryRange? KfencePool { get; init; }

    /// <summary>num_online_cpus().</summary>
    public required int OnlineCpus { get; init; }

    /// <summary>page_alloc_available: false until mem_init().</summary>
    public bool PageAllocatorUp { get; init; } = true;

    public KernelRules Rules => Machine.Rules;

    /// <summary>swapper_pg_dir.</summary>
    public PhysicalAddress Swapper => Machine.Image.Swapper(Machine.Geometry.Granule);

    /// <summary>force_pte_mapping() as evaluated now: by the system's capability once that is final.</summary>
    public bool ForcesPages =>
        PaintDecision.Of(Machine,
            Capability.Finalized ? Capability.Present : Machine.Cpus[0].KernelTrusts(Rules)).ForcePages;

    /// <summary>can_set_direct_map(): whether permissions of single pages of the linear map may change.</summary>
    public bool CanSetDirectMap => PaintDecision.ChangesPermissions(Machine) || Machine.Realm is not null;

    /// <summary>arm64_use_ng_mappings: the kernel's leaves carry nG.</summary>
    public bool NotGlobal => KernelIsolation.Of(Machine).NotGlobal;

    /// <summary>is_kfence_address().</summary>
    public bool IsKfence(VirtualAddress va) =>
        KfencePool is { } pool && va >= Layout.ToVirtual(pool.Start) && va - Layout.ToVirtual(pool.Start) < pool.Length;

    /// <summary>The kernel of a machine after boot.</summary>
    /// <param name="painter">The painter of its map, whose table pages continue to be used.</param>
    public static KernelContext AfterBoot(MachineDescription machine, LinearMapPainter painter) => new()
    {
        Machine = machine,
        Layout = painter.Layout,
        Decision = PaintDecision.OfBootCpu(machine),
        Capability = NoAbortCapability.Of(machine),
        Pages = painter.Pages,
        KfencePool = painter.KfencePool is { } pool ? new(pool, pool + machine.KfencePoolSize) : null,
        OnlineCpus = machine.Cpus.Count(c => !c.Late),
    };
}
