using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.RunningKernel;

/// <summary>
/// What a kernel knows at the moment it changes its linear map: the machine, what was decided when the map was painted,
/// which CPUs are there, and where pages for tables come from.
/// </summary>
public sealed record KernelState
{
    public required MachineDescription Machine { get; init; }

    public required LinearMapLayout Layout { get; init; }

    /// <summary>What map_mem() decided.</summary>
    public required PaintDecision Decision { get; init; }

    public required NoAbortCapability Capability { get; init; }

    /// <summary>Pages for tables, shared by everything that allocates.</summary>
    public required TablePages Pages { get; init; }

    /// <summary>__kfence_pool, where it was set aside early.</summary>
    public required MemoryRange? KfencePool { get; init; }

    /// <summary>num_online_cpus().</summary>
    public required int OnlineCpus { get; init; }

    /// <summary>page_alloc_available: false until mem_init().</summary>
    public bool PageAllocatorUp { get; init; } = true;

    public KernelRules Rules => Machine.Rules;

    /// <summary>swapper_pg_dir.</summary>
    public PhysicalAddress Swapper => Machine.Image.Swapper(Machine.Geometry.Granule);

    /// <summary>force_pte_mapping() as it is evaluated now: by the system's capability once that is final.</summary>
    public bool ForcesPages =>
        PaintDecision.Of(Machine,
            Capability.Finalised ? Capability.Present : Machine.Cpus[0].KernelTrusts(Rules)).ForcePages;

    /// <summary>can_set_direct_map(): whether page permissions of the linear map may be changed at all.</summary>
    public bool CanSetDirectMap => PaintDecision.ChangesPermissions(Machine);

    /// <summary>is_kfence_address().</summary>
    public bool IsKfence(VirtualAddress va) =>
        KfencePool is { } pool && va >= Layout.ToVirtual(pool.Start) && va - Layout.ToVirtual(pool.Start) < pool.Length;

    /// <summary>The kernel of a machine whose boot is over.</summary>
    /// <param name="painter">Who painted its map; table pages go on from there.</param>
    public static KernelState AfterBoot(MachineDescription machine, LinearMapPainter painter) => new()
    {
        Machine = machine,
        Layout = painter.Layout,
        Decision = PaintDecision.OfBootCpu(machine),
        Capability = NoAbortCapability.Of(machine),
        Pages = painter.Pages,
        KfencePool = painter.KfencePool is { } pool ? new(pool,
            pool + LinearMapLayout.KfencePoolSize(machine.Geometry.Granule)) : null,
        OnlineCpus = machine.Cpus.Count(c => !c.Late),
    };
}
