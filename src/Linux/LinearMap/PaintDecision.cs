using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>How the linear map of a machine is built.</summary>
public enum BootMode
{
    /// <summary>Large leaves: every CPU may split them live, or no leaf ever needs a split.</summary>
    Block,

    /// <summary>Pages from the start.</summary>
    Page,

    /// <summary>Large leaves first; a repaint with a stopped machine turns them into pages.</summary>
    Repaint,
}

/// <summary>The decision of map_mem(), when only the boot CPU is known.</summary>
/// <param name="ForcePages">force_pte_mapping().</param>
/// <param name="RequiresBbml2">linear_map_requires_bbml2: large leaves that will have to be split live.</param>
public readonly record struct PaintDecision(bool ForcePages, bool RequiresBbml2)
{
    /// <summary>The decision of map_mem() for a machine.</summary>
    public static PaintDecision OfBootCpu(MachineDescription machine) =>
        Of(machine, machine.Cpus[0].KernelTrusts(machine.Rules));

    /// <param name="bootCpuSplitsLive">The result of the capability's check on the boot CPU.</param>
    public static PaintDecision Of(MachineDescription machine, bool bootCpuSplitsLive)
    {
        var line = machine.CommandLine;
        bool changesPermissions = ChangesPermissions(machine);
        if (!machine.Rules.SplitsLinearMap)
            return new(changesPermissions, false);
        bool force = line.DebugPagealloc || (!bootCpuSplitsLive && (line.RodataFull || LateKfence(machine)));
        return new(force, !force && changesPermissions);
    }

    /// <summary>can_set_direct_map(): whether the permissions of single pages of the linear map may change.</summary>
    public static bool ChangesPermissions(MachineDescription machine) =>
        machine.CommandLine.RodataFull || machine.CommandLine.DebugPagealloc || LateKfence(machine);

    // arm64_kfence_can_set_direct_map(): KFENCE may be enabled later, and its pool must consist of pages by then.
    private static bool LateKfence(MachineDescription machine) =>
        machine.Config.Kfence && !machine.CommandLine.KfenceEarly;

    /// <summary>The mode after every early CPU is known (linear_map_maybe_split_to_ptes).</summary>
    public BootMode Mode(bool systemSplitsLive) =>
        ForcePages ? BootMode.Page : RequiresBbml2 && !systemSplitsLive ? BootMode.Repaint : BootMode.Block;
}
