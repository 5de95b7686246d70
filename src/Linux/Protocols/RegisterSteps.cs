namespace Orleans.Mmu.Linux.Protocols;

/// <summary>MSR TTBR0_EL1; in effect after the next ISB.</summary>
public sealed record WriteTtbr0 : Step
{
    internal static StepKind Declaration { get; } = new("ttbr0", StepPerformers.Anywhere, StepEffects.None);

    internal static IReadOnlyList<Step> Every =>
        [.. Enum.GetValues<RootTable>().Where(r => r != RootTable.Second).Select(To)];

    private WriteTtbr0(RootTable root)
        : base(Declaration, StepOperands.Of(root), $"msr ttbr0_el1, {RootSymbol.Of(root)}") => Root = root;

    public RootTable Root { get; }

    public static WriteTtbr0 To(RootTable root) => new(root);
}

/// <summary>MSR TTBR1_EL1; in effect after the next ISB.</summary>
public sealed record WriteTtbr1 : Step
{
    internal static StepKind Declaration { get; } = new("ttbr1", StepPerformers.Anywhere, StepEffects.None);

    internal static IReadOnlyList<Step> Every =>
        [.. Enum.GetValues<RootTable>().Select(To), ReservedWithCnp, SwapperWithoutCnp];

    private WriteTtbr1(RootTable root, bool? cnp = null)
        : base(
            Declaration, StepOperands.Of(root) + (cnp is true ? "-cnp" : cnp is false ? "-private" : ""),
            $"msr ttbr1_el1, {RootSymbol.Of(root)}{(cnp is true ? " | CnP" : cnp is false ? " & ~CnP" : "")}") =>
        (Root, CnpLeftSet, CnpCleared) = (root, cnp is true, cnp is false);

    public RootTable Root { get; }

    /// <summary>CnP stands where the root must not carry it.</summary>
    public bool CnpLeftSet { get; }

    /// <summary>CnP is clear although the root carries it elsewhere: the CPU shares no TLB entry.</summary>
    public bool CnpCleared { get; }

    /// <summary>
    /// The root stays, and the CPU no longer uses what other CPUs have cached from it: TTBR1_EL1.CnP is 0.
    /// </summary>
    public static WriteTtbr1 SwapperWithoutCnp { get; } = new(RootTable.Swapper, cnp: false);

    /// <summary>The mistake that R_QLGWZ is about.</summary>
    public static WriteTtbr1 ReservedWithCnp { get; } = new(RootTable.Reserved, cnp: true);

    public static WriteTtbr1 To(RootTable root) => new(root);
}

/// <summary>
/// MSR TCR_EL1 with the T0SZ of the idmap or of user space. The model's idmap has one size; the step keeps its place.
/// </summary>
public sealed record SetT0sz : Step
{
    internal static StepKind Declaration { get; } = new("t0sz", StepPerformers.Anywhere, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [Idmap, Default];

    private SetT0sz(string operand) : base(Declaration, operand, $"msr tcr_el1, {operand}_t0sz")
    {
    }

    public static SetT0sz Idmap { get; } = new("idmap");

    public static SetT0sz Default { get; } = new("default");
}

/// <summary>
/// MSR TCR_EL1 with EPDn set or cleared, in effect after a context synchronization event. While EPDn is 1, a TLB miss
/// on an address of TTBRn's half is a level 0 Translation fault, and no walk begins at TTBRn; what the TLB holds
/// translates all the same. The value 0 is permitted to be cached in a TLB (TCR_EL1), and so with the table entries
/// from which a walk may begin: walks from these go on until a TLBI has removed them.
/// </summary>
public sealed record SetWalks : Step
{
    internal static StepKind Declaration { get; } = new("walks", StepPerformers.Anywhere, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [OffTtbr0, OnTtbr0, OffTtbr1, OnTtbr1];

    private SetWalks(int half, bool isOff)
        : base(
            Declaration, $"epd{half}{(isOff ? "" : "-clear")}", $"msr tcr_el1, epd{half}{(isOff ? "" : " clear")}") =>
        (Half, IsOff) = (half, isOff);

    /// <summary>The number of the TTBR: 0 for the lower half, 1 for the kernel's.</summary>
    public int Half { get; }

    /// <summary>Whether EPDn is set, which turns the walks off.</summary>
    public bool IsOff { get; }

    public static SetWalks OffTtbr0 { get; } = new(0, isOff: true);

    public static SetWalks OnTtbr0 { get; } = new(0, isOff: false);

    public static SetWalks OffTtbr1 { get; } = new(1, isOff: true);

    public static SetWalks OnTtbr1 { get; } = new(1, isOff: false);
}
