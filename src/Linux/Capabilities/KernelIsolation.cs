using System.Runtime.CompilerServices;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Capabilities;

/// <summary>
/// Kernel page-table isolation (KPTI) of a machine: whether the kernel's leaves carry nG, and since when. With nG, the
/// TLB entries of the kernel's map belong to the kernel's ASID, and user space runs without them.
/// </summary>
public sealed class KernelIsolation
{
    /// <summary>The capability's description in messages.</summary>
    public const string Description = "Kernel page table isolation (KPTI)";

    /// <summary>The name of the capability's cpucap.</summary>
    public const string Capability = "UNMAP_KERNEL_AT_EL0";

    // Every kernel call asks, and a machine may have thousands of CPUs.
    private static readonly ConditionalWeakTable<MachineDescription, KernelIsolation> Known = [];

    private readonly MachineDescription _machine;

    private KernelIsolation(MachineDescription machine)
    {
        _machine = machine;
        HasKaslr = machine.Kaslr && machine.Config.RandomizeBase && !machine.CommandLine.NoKaslr;
        // map_kernel(): only the boot CPU is known.
        NotGlobalFromStart = HasKaslr && NeedsWithKaslr(machine.Cpus[0])
            && !CoreSecurity.HasErratum27456(machine.Cpus[0].Midr);
        Why = Decide();
    }

    /// <summary>kaslr_enabled(): there is a seed, and nothing forbids its use.</summary>
    public bool HasKaslr { get; }

    /// <summary>arm64_use_ng_mappings while the map is painted.</summary>
    public bool NotGlobalFromStart { get; }

    /// <summary>arm64_kernel_unmapped_at_el0() after every early CPU is known, with its reason.</summary>
    public IsolationReason Why { get; }

    /// <summary>Whether kpti_install_ng_mappings() rewrites the tables, after the repaint.</summary>
    public bool Rewrites => Why.Isolates && !NotGlobalFromStart;

    /// <summary>arm64_use_ng_mappings after boot.</summary>
    public bool NotGlobal => Why.Isolates || NotGlobalFromStart;

    /// <summary>What becomes of the leaves and why, in one sentence without a full stop.</summary>
    public string Sentence =>
        Rewrites ? $"{Why.Sentence}: the kernel's leaves become non-global once every CPU is up"
        : !NotGlobalFromStart ? $"{Why.Sentence}: the kernel's leaves are global"
        : Why.Isolates ? $"{Why.Sentence}: the kernel's leaves are non-global from the start"
        : $"{Why.Sentence}, but KASLR is on and {(_machine.Config.E0pd ? "CPU 0 has no E0PD" :
            "the kernel is built without ARM64_E0PD")}: the kernel's leaves are non-global from the start";

    /// <summary>The isolation of a machine.</summary>
    public static KernelIsolation Of(MachineDescription machine) => Known.GetValue(machine, static m => new(m));

    /// <summary>
    /// verify_local_cpu_caps(): whether a late CPU needs an isolation that the system does not have, so that it dies.
    /// </summary>
    public bool Refuses(CpuDescription late) => !Why.Isolates
        && Why is IsolationReason.NotNeeded
        && (IsVulnerable(late) || (HasKaslr && NeedsWithKaslr(late)));

    // unmap_kernel_at_el0() on one CPU after the other: what forces the answer on one of them stays for the others, and
    // one CPU that needs the isolation suffices.
    private IsolationReason Decide()
    {
        var line = _machine.CommandLine;
        IsolationReason? forced = line.Kpti is { } given ? new IsolationReason.Parameter(given) : null;
        IsolationReason? needed = null;
        for (int i = 0; i < _machine.Cpus.Length && needed is null; i++)
        {
            var cpu = _machine.Cpus[i];
            if (cpu.Late)
                continue;
            if (CoreSecurity.HasErratum27456(cpu.Midr))
                forced = new IsolationReason.Erratum(_machine, i);
            if (HasKaslr && NeedsWithKaslr(cpu))
                forced ??= new IsolationReason.Kaslr(_machine, i);
            if (line.MitigationsOff)
                forced ??= new IsolationReason.MitigationsOff();
            if (_machine.Config.UnmapKernelAtEl0)
                needed = forced is { Isolates: true } ? forced
                    : forced is null && IsVulnerable(cpu) ? new IsolationReason.Meltdown(_machine, i) : null;
        }

        return needed ?? (_machine.Config.UnmapKernelAtEl0 ? forced ?? new IsolationReason.NotNeeded(HasKaslr)
            : new IsolationReason.NotBuilt());
    }

    // kaslr_requires_kpti().
    private bool NeedsWithKaslr(CpuDescription cpu) => !(_machine.Config.E0pd && cpu.HasE0pd);

    private static bool IsVulnerable(CpuDescription cpu) => !CoreSecurity.IsListedSafe(cpu.Midr) && !cpu.HasCsv3;
}
