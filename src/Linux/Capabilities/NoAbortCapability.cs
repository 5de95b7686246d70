using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Capabilities;

/// <summary>The result of the capability's check on a CPU.</summary>
public enum CapabilityAnswer
{
    /// <summary>The CPU comes up.</summary>
    Accepted,

    /// <summary>
    /// A late CPU lacks what the system relies on and dies early (verify_local_cpu_caps, cpu_die_early).
    /// </summary>
    Refused,
}

/// <summary>
/// The system capability "BBM level 2 without conflict abort" during boot: an ARM64_CPUCAP_EARLY_LOCAL_CPU_FEATURE with
/// MATCH_ALL_EARLY_CPUS. Only the boot CPU can set it, every early secondary can clear it, and finalization fixes it
/// (cpufeature.c: update_cpu_capabilities, verify_local_cpu_caps).
/// </summary>
/// <param name="Present">cpus_have_cap(): it may change from true to false until <paramref name="Finalized"/>.</param>
public readonly record struct NoAbortCapability(bool Present, bool Finalized)
{
    /// <summary>The capability of a machine after all its early CPUs are checked.</summary>
    public static NoAbortCapability Of(MachineDescription machine)
    {
        var capability = BootCpu(machine.Cpus[0].KernelTrusts(machine.Rules));
        foreach (var cpu in machine.Cpus.Where((c, i) => i > 0 && !c.Late))
            capability = capability.Secondary(cpu.KernelTrusts(machine.Rules), out _);
        return capability.MakeFinal();
    }

    /// <summary>The boot CPU is checked.</summary>
    public static NoAbortCapability BootCpu(bool local) => new(local, false);

    /// <summary>
    /// A secondary is checked: before finalization it may clear the capability, afterwards it may be refused.
    /// </summary>
    public NoAbortCapability Secondary(bool local, out CapabilityAnswer answer)
    {
        answer = Finalized && Present && !local ? CapabilityAnswer.Refused : CapabilityAnswer.Accepted;
        return Finalized ? this : this with { Present = Present && local };
    }

    /// <summary>setup_system_capabilities(): all early CPUs have been checked.</summary>
    public NoAbortCapability MakeFinal() => this with { Finalized = true };

    /// <summary>system_supports_bbml2_noabort(): false until alternatives are patched.</summary>
    public bool SystemSupports => Finalized && Present;
}
