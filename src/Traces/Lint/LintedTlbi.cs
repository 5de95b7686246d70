using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The translation regime that a table belongs to.</summary>
internal enum CasemateRegime : byte
{
    /// <summary>Stage 1 of EL1&amp;0: TTBR0_EL1, TTBR1_EL1.</summary>
    El1,

    /// <summary>Stage 1 of EL2, and of EL2&amp;0 if E2H is 1: TTBR0_EL2, TTBR1_EL2.</summary>
    El2,

    /// <summary>Stage 2: VTTBR_EL2.</summary>
    Stage2,
}

/// <summary>A TLBI by name and the regimes that it reaches; <see cref="TlbiOperand"/> has its register.</summary>
/// <param name="El1">Stage 1 of EL1&amp;0.</param>
/// <param name="El2">Stage 1 of EL2.</param>
/// <param name="Stage2">Entries of stage 2 alone. Entries that combine both stages need a later operation.</param>
/// <param name="Combined">Entries that combine both stages, of the current VMID.</param>
/// <param name="ByAddress">Only entries that translate an address that the register names.</param>
/// <param name="AllVmids">Entries of every VMID.</param>
/// <param name="ByAsid">Non-global entries only of the ASID that the register names.</param>
internal readonly record struct LintedTlbi(
    bool El1, bool El2, bool Stage2, bool Combined, bool ByAddress, bool LastLevel, bool Range, bool Broadcast,
    bool AllVmids, bool ByAsid)
{
    private static ReadOnlySpan<byte> NoXsSuffix => "nxs"u8;

    /// <summary>The names of the operations, with the forms that each has, for error messages.</summary>
    public static string Names { get; } = string.Join(", ", TlbiNames.All.Select(n => n.Name))
        + ", also with is or os, then nxs, behind; those by address with r before";

    /// <summary>The nXS form (FEAT_XS): it does not wait for accesses with the XS attribute.</summary>
    public bool NoXs { get; init; }

    /// <summary>
    /// HCR_EL2 has been written and no ISB has followed, so the operation counts only for what it reaches under both
    /// values.
    /// </summary>
    public bool IsBeforeIsb { get; init; }

    /// <summary>Whether its register says what it names.</summary>
    public bool HasOperand => ByAddress || ByAsid;

    /// <summary>Why it does not reach a regime, as a predicate: "is for another translation regime".</summary>
    public string NotReaching => IsBeforeIsb
        ? "came before the ISB that follows the write of HCR_EL2, so its translation regime is not certain"
        : "is for another translation regime";

    /// <summary>The operation of a name such as vaae1is, or null.</summary>
    public static LintedTlbi? Find(ReadOnlySpan<byte> name)
    {
        bool noXs = name.EndsWith(NoXsSuffix);
        if (TlbiNames.FindAny(noXs ? name[..^NoXsSuffix.Length] : name) is not var (operation, broadcast, range))
            return null;
        bool stage1 = operation.Regime is TlbiRegime.El1 or TlbiRegime.BothStages;
        return new()
        {
            El1 = stage1,
            El2 = operation.Regime == TlbiRegime.El2,
            Stage2 = operation.Regime is TlbiRegime.Stage2 or TlbiRegime.BothStages,
            Combined = stage1 && operation.Scope == TlbiScope.All,
            ByAddress = operation.ByAddress,
            LastLevel = operation.LastLevel,
            Range = range,
            Broadcast = broadcast,
            AllVmids = operation.AllVmids,
            ByAsid = stage1 && operation.Scope is (TlbiScope.Asid or TlbiScope.Va or TlbiScope.VaLastLevel),
            NoXs = noXs,
        };
    }

    /// <summary>
    /// The operation as HCR_EL2 directs it: with E2H, EL2 has ASIDs, and with TGE too, what is for stage 1 of EL1 alone
    /// is for EL2&amp;0 instead. Registers of EL1 that a host names are those of EL2, so trees of EL1 are reached as
    /// well; entries that combine both stages are not.
    /// </summary>
    /// <param name="isE2h">HCR_EL2.E2H is 1.</param>
    /// <param name="isHost">HCR_EL2.TGE is 1 too.</param>
    public LintedTlbi Under(bool isE2h, bool isHost)
    {
        if (!isE2h)
            return this;
        var directed = El2 && ByAddress ? this with { ByAsid = true } : this;
        return isHost && El1 && !Stage2 ? directed with { El2 = true, Combined = false } : directed;
    }

    /// <summary>What the operation reaches as this one and as another one.</summary>
    public LintedTlbi And(in LintedTlbi other) => this with
    {
        El1 = El1 && other.El1,
        El2 = El2 && other.El2,
        Combined = Combined && other.Combined,
        ByAsid = ByAsid || other.ByAsid,
    };

    /// <summary>What the register of an operation by address or by range names.</summary>
    /// <param name="format">The format of registers of the operation's regime.</param>
    public TlbiOperand Operand(ulong register, TlbiOperandFormat format) =>
        Range ? format.DecodeRange(register) : format.DecodeAddress(register);

    /// <summary>
    /// Whether the operation reaches tables of a regime; stage 2 may need a second operation after it.
    /// </summary>
    public bool Reaches(CasemateRegime regime) => regime switch
    {
        CasemateRegime.El1 => El1,
        CasemateRegime.El2 => El2,
        _ => Stage2,
    };
}
