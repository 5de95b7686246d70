using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Capabilities;

/// <summary>What becomes of a CPU when the capability is checked on it.</summary>
public enum CapabilityAnswer
{
    /// <summary>The CPU comes up.</summary>
    Accepted,

    /// <summary>
    /// A late CPU without what the system relies on: it dies early (verify_local_cpu_caps, cpu_die_early).
    /// </summary>
    Refused,
}

/// <summary>
/// The life of the system capability "BBM level 2 without conflict abort": an ARM64_CPUCAP_EARLY_LOCAL_CPU_FEATURE with
/// MATCH_ALL_EARLY_CPUS. Only the boot CPU can set it, every early secondary can clear it, and after finalisation it
/// stays as it is (cpufeature.c: update_cpu_capabilities, verify_local_cpu_caps).
/// </summary>
/// <param name="Present">cpus_have_cap(): true may become false until <paramref name="Finalised"/>.</param>
public readonly record struct NoAbortCapability(bool Present, bool Finalised)
{
    /// <summary>The capability of a machine once all its early CPUs are known.</summary>
    public static NoAbortCapability Of(MachineDescription machine)
    {
        var capability = BootCpu(machine.Cpus[0].KernelTrusts(machine.Rules));
        foreach (var cpu in machine.Cpus.Where((c, i) => i > 0 && !c.Late))
            capability = capability.Secondary(cpu.KernelTrusts(machine.Rules), out _);
        return capability.Finalise();
    }

    /// <summary>The boot CPU is probed.</summary>
    public static NoAbortCapability BootCpu(bool local) => new(local, false);

    /// <summary>
    /// A CPU that comes up; before finalisation it may clear the capability, afterwards it may be refused.
    /// </summary>
    public NoAbortCapability Secondary(bool local, out CapabilityAnswer answer)
    {
        answer = Finalised && Present && !local ? CapabilityAnswer.Refused : CapabilityAnswer.Accepted;
        return Finalised ? this : this with { Present = Present && local };
    }

    /// <summary>setup_system_capabilities(): all early CPUs are known.</summary>
    public NoAbortCapability Finalise() => this with { Finalised = true };

    /// <summary>system_supports_bbml2_noabort(): false until alternatives are patched.</summary>
    public bool SystemSupports => Finalised && Present;
}
