namespace Orleans.Mmu.Import.Logs;

/// <summary>
/// A boot message of arm64 that says whether addresses are randomized (KASLR), and how the kernel's half is kept from
/// user space (KPTI, E0PD). kaslr_init() and unmap_kernel_at_el0() print them, and the list of detected capabilities.
/// </summary>
/// <param name="Text">The message's end, from where it is the same on every machine.</param>
/// <param name="HasKaslr">Whether KASLR is on; null where the message does not decide it.</param>
/// <param name="RandomizesBase">CONFIG_RANDOMIZE_BASE, likewise.</param>
/// <param name="UnmapsKernel">CONFIG_UNMAP_KERNEL_AT_EL0, likewise.</param>
/// <param name="HasE0pd">Whether every CPU has E0PD and the kernel uses it (CONFIG_ARM64_E0PD), likewise.</param>
/// <param name="IsVulnerable">
/// Whether a CPU is neither on Linux's list of safe CPUs nor has CSV3, likewise: what forces KPTI hides it.
/// </param>
/// <param name="Isolates">Whether the kernel isolates its tables from user space (KPTI), likewise.</param>
internal sealed record SecurityMessage(string Text, bool? HasKaslr = null, bool? RandomizesBase = null,
    bool? UnmapsKernel = null, bool? HasE0pd = null, bool? IsVulnerable = null, bool? Isolates = null)
{
    private const string Isolation = "kernel page table isolation ";
    private const string ByParameter = " by kpti command line option";

    // pr_fmt() of cpufeature.c.
    private const string Features = "CPU features: ";

    /// <summary>kaslr_init(): there is a seed, and nothing forbids its use.</summary>
    public static SecurityMessage KaslrEnabled { get; } = new("KASLR enabled", true, true);

    /// <summary>kaslr_init(): nokaslr.</summary>
    public static SecurityMessage KaslrForbidden { get; } = new("KASLR disabled on command line", false, true);

    /// <summary>kaslr_init(): neither the boot loader nor the CPU gives a seed.</summary>
    public static SecurityMessage KaslrWithoutSeed { get; } = new("KASLR disabled due to lack of seed", false, true);

    /// <summary>unmap_kernel_at_el0(): KASLR is on, and the boot CPU or a later one has no E0PD.</summary>
    public static SecurityMessage ForcedByKaslr { get; } =
        new(Isolation + "forced ON by KASLR", true, true, true, Isolates: true);

    /// <summary>unmap_kernel_at_el0(): kpti=on.</summary>
    public static SecurityMessage ForcedOnByParameter { get; } =
        new($"{Isolation}forced ON{ByParameter}", UnmapsKernel: true, Isolates: true);

    /// <summary>unmap_kernel_at_el0(): kpti=off.</summary>
    public static SecurityMessage ForcedOffByParameter { get; } =
        new($"{Isolation}forced OFF{ByParameter}", UnmapsKernel: true, Isolates: false);

    /// <summary>unmap_kernel_at_el0(): mitigations=off.</summary>
    public static SecurityMessage ForcedByMitigations { get; } =
        new(Isolation + "forced OFF by mitigations=off", UnmapsKernel: true, Isolates: false);

    /// <summary>unmap_kernel_at_el0(): a CPU has Cavium erratum 27456.</summary>
    public static SecurityMessage ForcedByErratum { get; } =
        new(Isolation + "forced OFF by ARM64_WORKAROUND_CAVIUM_27456", UnmapsKernel: true, Isolates: false);

    /// <summary>unmap_kernel_at_el0(): the kernel is built without it.</summary>
    public static SecurityMessage IsolationNotBuilt { get; } =
        new(Isolation + "disabled by kernel configuration", UnmapsKernel: false, Isolates: false);

    /// <summary>The capability: a CPU needs the isolation, or something forces it.</summary>
    public static SecurityMessage IsolationDetected { get; } =
        new("detected: Kernel page table isolation (KPTI)", UnmapsKernel: true, IsVulnerable: true, Isolates: true);

    /// <summary>The capability, which the system has only if every CPU has it.</summary>
    public static SecurityMessage E0pdDetected { get; } = new("detected: E0PD", HasE0pd: true);

    /// <summary>Every message; no line of a log has two of them.</summary>
    public static IReadOnlyList<SecurityMessage> All { get; } =
    [
        KaslrEnabled, KaslrForbidden, KaslrWithoutSeed, ForcedByKaslr, ForcedOnByParameter, ForcedOffByParameter,
        ForcedByMitigations, ForcedByErratum, IsolationNotBuilt, IsolationDetected, E0pdDetected,
    ];

    /// <summary>Whether something decided on KPTI whatever the CPUs are.</summary>
    public bool IsForced => this == ForcedByKaslr || this == ForcedOnByParameter || this == ForcedOffByParameter
        || this == ForcedByMitigations || this == ForcedByErratum;

    /// <summary>The message of the kernel that a line ends with; null where it has none.</summary>
    public static SecurityMessage? Find(string line)
    {
        var text = line.AsSpan().TrimEnd();
        foreach (var message in All)
        {
            if (!text.EndsWith(message.Text, StringComparison.Ordinal))
                continue;
            var before = text[..^message.Text.Length];
            if (before.EndsWith(Features, StringComparison.Ordinal))
                before = before[..^Features.Length];
            return LinePrefix.IsKernels(before) ? message : null;
        }

        return null;
    }
}
