using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The shape of one half of a regime: the granule with its descriptor layout, and the bits of address.
/// </summary>
internal sealed record LintedHalf(TranslationGeometry Geometry, int Bits)
{
    /// <summary>The level at which a walk begins.</summary>
    public int StartLevel =>
        4 - (Bits - Geometry.Granule.PageShift + Geometry.Granule.IndexBits - 1) / Geometry.Granule.IndexBits;

    /// <summary>The entries of the root that the addresses of the half select.</summary>
    public int RootEntries => 1 << (Bits - Geometry.Shift(Level.Of(StartLevel)));
}

/// <summary>What a value of TCR_EL1 says of the tables of EL1 and of the registers that name them.</summary>
/// <param name="Lower">The half of TTBR0_EL1.</param>
/// <param name="Upper">The half of TTBR1_EL1.</param>
/// <param name="WideRanges">DS: the BaseADDR of a range TLBI counts units of 64K.</param>
/// <param name="LargeAddresses">
/// IPS is 52 bits, so a TTBR holds bits 51:48 of its table's address in bits 5:2.
/// </param>
/// <param name="AsidInUpper">A1: TTBR1 holds the ASID.</param>
internal sealed record LintedTcr(
    LintedHalf Lower, LintedHalf Upper, bool WideRanges, bool LargeAddresses, bool AsidInUpper)
{
    // One object for each, so that the pages of trees that may share tables refer to the same.
    private static readonly Dictionary<(Granule, OutputAddressFormat), TranslationGeometry> Geometries = new(
        from granule in Granule.All
        from format in Enum.GetValues<OutputAddressFormat>()
        where granule.PageShift == 16 ? format != OutputAddressFormat.Lpa2 : format != OutputAddressFormat.Lpa
        select KeyValuePair.Create((granule, format), TranslationGeometry.Create(granule, 48, format)));

    /// <summary>The shape of a tree of EL2 or stage 2: 4K pages and 48 bits.</summary>
    public static LintedHalf UsualHalf { get; } = new(Geometries[(Granule.K4, OutputAddressFormat.Oa48)], 48);

    /// <summary>What counts for EL1 before the trace has written TCR_EL1.</summary>
    public static LintedTcr Unwritten { get; } = new(UsualHalf, UsualHalf, false, false, false);

    /// <summary>The format of a TLBI's register.</summary>
    public TlbiOperandFormat Operands(bool intermediate) => new(WideRanges && !intermediate, intermediate);

    /// <summary>The half whose tables a register leads to.</summary>
    public LintedHalf HalfOf(CasemateRegister register) => register switch
    {
        CasemateRegister.Ttbr0El1 => Lower,
        CasemateRegister.Ttbr1El1 => Upper,
        _ => UsualHalf,
    };

    /// <summary>Reads TG0, TG1, T0SZ, T1SZ, IPS, A1 and DS.</summary>
    public static LintedTcr Of(ulong value)
    {
        bool ds = (value >> 59 & 1) != 0;
        bool large = (value >> 32 & 7) == 6;
        // TG0 and TG1 have different codes. TG1 0 is reserved; a trace that leaves TG out has 4K pages.
        return new(
            Half((int)(value >> 14 & 3) switch { 1 => Granule.K64, 2 => Granule.K16, _ => Granule.K4 }, value),
            Half((int)(value >> 30 & 3) switch { 1 => Granule.K16, 3 => Granule.K64, _ => Granule.K4 }, value >> 16),
            ds, large, (value >> 22 & 1) != 0);

        LintedHalf Half(Granule granule, ulong size)
        {
            bool is64K = ReferenceEquals(granule, Granule.K64);
            var format = is64K ? large ? OutputAddressFormat.Lpa : OutputAddressFormat.Oa48
                : ds ? OutputAddressFormat.Lpa2 : OutputAddressFormat.Oa48;
            int most = is64K || ds ? 52 : 48;
            return new(Geometries[(granule, format)], Math.Clamp(64 - (int)(size & 63), 25, most));
        }
    }
}
