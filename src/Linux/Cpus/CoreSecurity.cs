namespace Orleans.Mmu.Linux.Cpus;

/// <summary>
/// What keeps user space from learning of the kernel's addresses and memory, for each core: two features and what
/// Linux lists by MIDR. The features are those of the ID registers that QEMU's models and reference manuals give, or
/// follow from the architecture, which requires both from Armv8.5 and thus from Armv9.0 on.
/// </summary>
/// <param name="E0pd">
/// FEAT_E0PD (ID_AA64MMFR2_EL1.E0PD): accesses of EL0 to the kernel's half fault in constant time; null if no source
/// states it.
/// </param>
/// <param name="Csv3">
/// FEAT_CSV3 (ID_AA64PFR0_EL1.CSV3): data that faulting speculative loads return cannot be observed (Meltdown); null
/// if no source states it.
/// </param>
public readonly record struct CoreSecurity(bool? E0pd, bool? Csv3)
{
    private const int Arm = 0x41;

    // Armv8.5 and later.
    private static readonly HashSet<Midr> Recent =
    [
        Midr.Of(Arm, 0xd46), Midr.Of(Arm, 0xd47), Midr.Of(Arm, 0xd48), Midr.Of(Arm, 0xd49), Midr.Of(Arm, 0xd4d),
        Midr.Of(Arm, 0xd4e), Midr.Of(Arm, 0xd4f), Midr.Of(Arm, 0xd80), Midr.Of(Arm, 0xd81), Midr.Of(Arm, 0xd82),
        Midr.Of(Arm, 0xd83), Midr.Of(Arm, 0xd84), Midr.Of(Arm, 0xd85), Midr.Of(Arm, 0xd87), Midr.Of(Arm, 0xd88),
        Midr.Of(Arm, 0xd89), Midr.Of(Arm, 0xd8a), Midr.Of(Arm, 0xd8b), Midr.Of(Arm, 0xd8c), Midr.Of(Arm, 0xd8e),
        Midr.Of(Arm, 0xd90), Midr.Of(0xc0, 0xac3), Midr.Of(0xc0, 0xac4), Midr.Of(0x4e, 0x010), Midr.Of(0x6d, 0xd49),
    ];

    // Armv8.2 and 8.4 cores with CSV3, which FEAT_E0PD is too new for: A76, N1, V1, A78, X1.
    private static readonly HashSet<Midr> Csv3Only =
    [
        Midr.Of(Arm, 0xd0b), Midr.Of(Arm, 0xd0c), Midr.Of(Arm, 0xd40), Midr.Of(Arm, 0xd41), Midr.Of(Arm, 0xd44),
    ];

    // Cores before both: A53, A35, A55, A57, A72, A73, A75, A64FX, ThunderX.
    private static readonly HashSet<Midr> Neither =
    [
        Midr.Of(Arm, 0xd03), Midr.Of(Arm, 0xd04), Midr.Of(Arm, 0xd05), Midr.Of(Arm, 0xd07), Midr.Of(Arm, 0xd08),
        Midr.Of(Arm, 0xd09), Midr.Of(Arm, 0xd0a), Midr.Of(0x46, 0x001), Midr.Of(0x43, 0x0a1),
    ];

    // kpti_safe_list of unmap_kernel_at_el0(), all revisions: ThunderX2, Vulcan, Brahma-B53, A35, A53, A55, A57, A72,
    // A73, TaiShan v110, Carmel, Kryo 2xx Gold and Silver, Kryo 3xx and 4xx Silver.
    private static readonly HashSet<Midr> SafeList =
    [
        Midr.Of(0x43, 0x0af), Midr.Of(0x42, 0x516), Midr.Of(0x42, 0x100), Midr.Of(Arm, 0xd04), Midr.Of(Arm, 0xd03),
        Midr.Of(Arm, 0xd05), Midr.Of(Arm, 0xd07), Midr.Of(Arm, 0xd08), Midr.Of(Arm, 0xd09), Midr.Of(0x48, 0xd01),
        Midr.Of(0x4e, 0x004), Midr.Of(0x51, 0x800), Midr.Of(0x51, 0x801), Midr.Of(0x51, 0x803), Midr.Of(0x51, 0x805),
    ];

    // ARM64_WORKAROUND_CAVIUM_27456: T88 pass 1.x to 2.1, T81 pass 1.0.
    private static readonly MidrRange[] Erratum27456 =
        [new(Midr.Of(0x43, 0x0a1), 0x00, 0x11), new(Midr.Of(0x43, 0x0a2), 0x00, 0x00)];

    /// <summary>What is known of a core.</summary>
    public static CoreSecurity Of(Midr midr) =>
        Recent.Contains(midr.Model) ? new(true, true)
        : Csv3Only.Contains(midr.Model) ? new(false, true)
        : Neither.Contains(midr.Model) ? new(false, false)
        : default;

    /// <summary>Whether Linux lists the core as one that needs no isolation, whatever its CSV3 says.</summary>
    public static bool IsListedSafe(Midr midr) => SafeList.Contains(midr.Model);

    /// <summary>Whether non-global kernel mappings corrupt the CPU's instruction cache (Cavium 27456).</summary>
    public static bool HasErratum27456(Midr midr) => Erratum27456.Any(r => r.Contains(midr));
}
