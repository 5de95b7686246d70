using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Capabilities;

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
        var need = PermissionNeed.Of(machine);
        if (!machine.Rules.SplitsLinearMap)
            return new(need.Exists, false);
        bool force = need.DebugPagealloc || (!bootCpuSplitsLive && need.Exists);
        return new(force, !force && need.Exists);
    }

    /// <summary>can_set_direct_map(): whether the permissions of single pages of the linear map may change.</summary>
    public static bool ChangesPermissions(MachineDescription machine) => PermissionNeed.Of(machine).Exists;

    /// <summary>The mode after every early CPU is known (linear_map_maybe_split_to_ptes).</summary>
    public BootMode Mode(bool systemSplitsLive) =>
        ForcePages ? BootMode.Page : RequiresBbml2 && !systemSplitsLive ? BootMode.Repaint : BootMode.Block;
}
