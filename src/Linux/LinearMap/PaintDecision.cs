using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>How a machine's linear map came to be.</summary>
public enum BootMode
{
    /// <summary>Large leaves: every CPU may split them live, or no leaf ever has to be split.</summary>
    Block,

    /// <summary>Pages from the start.</summary>
    Page,

    /// <summary>Large leaves first, pages after a stopped-machine repaint.</summary>
    Repaint,
}

/// <summary>What map_mem() decides when only the boot CPU is known.</summary>
/// <param name="ForcePages">force_pte_mapping().</param>
/// <param name="RequiresBbml2">linear_map_requires_bbml2: large leaves that will have to be split live.</param>
public readonly record struct PaintDecision(bool ForcePages, bool RequiresBbml2)
{
    /// <summary>What map_mem() decides on a machine.</summary>
    public static PaintDecision OfBootCpu(MachineDescription machine) =>
        Of(machine, machine.Cpus[0].KernelTrusts(machine.Rules));

    /// <param name="bootCpuSplitsLive">The capability's check on the boot CPU.</param>
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

    // arm64_kfence_can_set_direct_map(): KFENCE may still be switched on, and its pool must then be pages already.
    private static bool LateKfence(MachineDescription machine) =>
        machine.Config.Kfence && !machine.CommandLine.KfenceEarly;

    /// <summary>The mode that follows once every early CPU is known (linear_map_maybe_split_to_ptes).</summary>
    public BootMode Mode(bool systemSplitsLive) =>
        ForcePages ? BootMode.Page : RequiresBbml2 && !systemSplitsLive ? BootMode.Repaint : BootMode.Block;
}
