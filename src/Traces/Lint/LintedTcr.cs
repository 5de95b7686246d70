using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// What a value of TCR_EL1, TCR_EL2 or VTCR_EL2 says of the tables of its regime and of the registers that name them.
/// </summary>
/// <param name="Lower">The half of TTBR0, or the tables of VTTBR_EL2.</param>
/// <param name="Upper">The half of TTBR1.</param>
/// <param name="WideRanges">DS: the BaseADDR of a range TLBI counts units of 64K.</param>
/// <param name="LargeAddresses">
/// IPS or PS is 52 bits, so a TTBR holds bits 51:48 of its table's address in bits 5:2.
/// </param>
/// <param name="AsidInUpper">A1: TTBR1 holds the ASID.</param>
/// <param name="IsFirstLevelAssumed">
/// SL0 of VTCR_EL2 names no level of the size that T0SZ says, so the size gives the first level.
/// </param>
/// <param name="HasShortIds">
/// AS or VS is 0: an ASID or a VMID has 8 bits, and the upper 8 of its field in a register are ignored.
/// </param>
internal sealed record LintedTcr(
    LintedHalf Lower, LintedHalf Upper, bool WideRanges, bool LargeAddresses, bool AsidInUpper = false,
    bool IsFirstLevelAssumed = false, bool HasShortIds = false)
{
    private const ulong UpperIdBits = 0xffUL << 56;

    /// <summary>What counts for a regime before the trace has written its register.</summary>
    public static LintedTcr Unwritten { get; } = new(LintedHalf.Usual, LintedHalf.Usual, false, false);

    /// <summary>The same where its first value will say that IDs have 8 bits.</summary>
    public static LintedTcr UnwrittenShort { get; } = Unwritten with { HasShortIds = true };

    /// <summary>The format of a TLBI's register.</summary>
    public TlbiOperandFormat Operands(bool intermediate) => new(WideRanges, intermediate);

    /// <summary>A register with an ASID or a VMID in bits 63:48, in which the ignored bits of the ID are 0.</summary>
    public ulong WithId(ulong register) => HasShortIds ? register & ~UpperIdBits : register;

    /// <summary>The half whose tables a register leads to.</summary>
    public LintedHalf HalfOf(CasemateRegister register) =>
        LintedHalf.IsUpper(register) ? Upper : Lower;

    /// <summary>Reads TG0, TG1, T0SZ, T1SZ, IPS, A1, AS and DS of TCR_EL1, or of TCR_EL2 if E2H is 1.</summary>
    public static LintedTcr OfTwoHalves(ulong value)
    {
        bool ds = (value >> 59 & 1) != 0;
        bool large = (value >> 32 & 7) == PhysicalSizes.Bits52;
        // TG0 and TG1 have different codes. TG1 0 is reserved; a trace that leaves TG out has 4K pages.
        var upper = (value >> 30 & 3) switch { 1 => Granule.K16, 3 => Granule.K64, _ => Granule.K4 };
        return new(
            LintedHalf.Stage1(LowerGranule(value), (int)(value & 63), ds, large),
            LintedHalf.Stage1(upper, (int)(value >> 16 & 63), ds, large), ds, large, (value >> 22 & 1) != 0,
            HasShortIds: (value >> 36 & 1) == 0);
    }

    /// <summary>Reads TG0, T0SZ, PS and DS of TCR_EL2 if HCR_EL2.E2H is 0.</summary>
    public static LintedTcr OfOneHalf(ulong value)
    {
        bool ds = (value >> 32 & 1) != 0;
        bool large = (value >> 16 & 7) == PhysicalSizes.Bits52;
        return new(
            LintedHalf.Stage1(LowerGranule(value), (int)(value & 63), ds, large), LintedHalf.Usual, ds, large);
    }

    /// <summary>Reads TG0, T0SZ, PS, VS, DS, SL0 and SL2 of VTCR_EL2.</summary>
    public static LintedTcr OfStage2(ulong value)
    {
        bool ds = (value >> 32 & 1) != 0;
        bool large = (value >> 16 & 7) == PhysicalSizes.Bits52;
        var granule = LowerGranule(value);
        int sl0 = (int)(value >> 6 & 3);
        // With 4K pages SL0 3 is level 3 (FEAT_TTST), and SL2 adds level -1 (FEAT_LPA2).
        int? level = granule.PageShift switch
        {
            12 when ds && (value >> 33 & 1) != 0 => sl0 == 0 ? -1 : null,
            12 => sl0 == 3 ? 3 : 2 - sl0,
            14 => sl0 == 3 && !ds ? null : 3 - sl0,
            _ => sl0 == 3 ? null : 3 - sl0,
        };
        var half = LintedHalf.Stage2(granule, (int)(value & 63), ds, large, level);
        return new(
            half, LintedHalf.Usual, ds, large, IsFirstLevelAssumed: half.StartLevel != level,
            HasShortIds: (value >> 19 & 1) == 0);
    }

    private static Granule LowerGranule(ulong value) =>
        (value >> 14 & 3) switch { 1 => Granule.K64, 2 => Granule.K16, _ => Granule.K4 };
}
