namespace Orleans.Mmu.Linux.Protocols;

/// <summary>MSR TTBR0_EL1; in effect after the next ISB.</summary>
public sealed record WriteTtbr0 : Step
{
    internal static StepKind Declaration { get; } = new("ttbr0", StepPerformers.Any, StepEffects.None);

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
    internal static StepKind Declaration { get; } = new("ttbr1", StepPerformers.Any, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [.. Enum.GetValues<RootTable>().Select(To), ReservedWithCnp];

    private WriteTtbr1(RootTable root, bool cnp = false)
        : base(
            Declaration, StepOperands.Of(root) + (cnp ? "-cnp" : ""),
            $"msr ttbr1_el1, {RootSymbol.Of(root)}{(cnp ? " | CnP" : "")}") =>
        (Root, CnpLeftSet) = (root, cnp);

    public RootTable Root { get; }

    /// <summary>CnP stands where the root must not carry it.</summary>
    public bool CnpLeftSet { get; }

    /// <summary>The mistake that R_QLGWZ is about.</summary>
    public static WriteTtbr1 ReservedWithCnp { get; } = new(RootTable.Reserved, cnp: true);

    public static WriteTtbr1 To(RootTable root) => new(root);
}

/// <summary>
/// MSR TCR_EL1 with the T0SZ of the idmap or of user space. The model's idmap has one size; the step keeps its place.
/// </summary>
public sealed record SetT0sz : Step
{
    internal static StepKind Declaration { get; } = new("t0sz", StepPerformers.Any, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [Idmap, Default];

    private SetT0sz(string operand) : base(Declaration, operand, $"msr tcr_el1, {operand}_t0sz")
    {
    }

    public static SetT0sz Idmap { get; } = new("idmap");

    public static SetT0sz Default { get; } = new("default");
}
