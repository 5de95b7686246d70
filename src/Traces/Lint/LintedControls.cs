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
}

/// <summary>What TCR_EL1 and MAIR say, as written last: how tables are read.</summary>
internal sealed class LintedControls
{
    // The shape of a tree of EL2 or stage 2, and of one of EL1 before TCR_EL1 is written.
    public static readonly LintedHalf Usual = new(TranslationGeometry.Create(Granule.K4, 48), 48);

    // One object for each, so that the pages of trees that may share tables refer to the same.
    private static readonly Dictionary<(Granule, OutputAddressFormat), TranslationGeometry> Geometries = new(
        from granule in Granule.All
        from format in Enum.GetValues<OutputAddressFormat>()
        where granule.PageShift == 16 ? format != OutputAddressFormat.Lpa2 : format != OutputAddressFormat.Lpa
        select KeyValuePair.Create((granule, format), (granule, format) == (Granule.K4, OutputAddressFormat.Oa48)
            ? Usual.Geometry : TranslationGeometry.Create(granule, 48, format)));

    private LintedHalf _lower = Usual;
    private LintedHalf _upper = Usual;
    private bool _wideRanges;
    private ulong? _mairEl1;
    private ulong? _mairEl2;

    /// <summary>TCR_EL1.A1: TTBR1 holds the ASID.</summary>
    public bool AsidInUpper { get; private set; }

    /// <summary>TCR_EL1.IPS is 52 bits, so a TTBR holds bits 51:48 of its table's address in bits 5:2.</summary>
    public bool LargeAddresses { get; private set; }

    /// <summary>The format of a TLBI's register.</summary>
    public TlbiOperandFormat Operands(bool intermediate) => new(_wideRanges && !intermediate, intermediate);

    public LintedHalf HalfOf(CasemateRegister register) => register switch
    {
        CasemateRegister.Ttbr0El1 => _lower,
        CasemateRegister.Ttbr1El1 => _upper,
        _ => Usual,
    };

    /// <summary>MAIR of a regime; null where the trace has not written it, and for stage 2, which has none.</summary>
    public ulong? MairOf(CasemateRegime regime) => regime switch
    {
        CasemateRegime.El1 => _mairEl1,
        CasemateRegime.El2 => _mairEl2,
        _ => null,
    };

    /// <summary>A write to TCR or MAIR; false for another register.</summary>
    public bool Write(CasemateRegister register, ulong value)
    {
        switch (register)
        {
            case CasemateRegister.MairEl1:
                _mairEl1 = value;
                return true;
            case CasemateRegister.MairEl2:
                _mairEl2 = value;
                return true;
            case CasemateRegister.TcrEl1:
                WriteTcr(value);
                return true;
            default:
                return false;
        }
    }

    private void WriteTcr(ulong value)
    {
        bool ds = (value >> 59 & 1) != 0;
        LargeAddresses = (value >> 32 & 7) == 6;
        AsidInUpper = (value >> 22 & 1) != 0;
        // TG0 and TG1 have different codes. TG1 0 is reserved; a trace that leaves TG out has 4K pages.
        _lower = Half((int)(value >> 14 & 3) switch { 1 => Granule.K64, 2 => Granule.K16, _ => Granule.K4 }, value);
        _upper = Half(
            (int)(value >> 30 & 3) switch { 1 => Granule.K16, 3 => Granule.K64, _ => Granule.K4 }, value >> 16);
        _wideRanges = ds;

        LintedHalf Half(Granule granule, ulong size)
        {
            bool is64K = ReferenceEquals(granule, Granule.K64);
            var format = is64K ? LargeAddresses ? OutputAddressFormat.Lpa : OutputAddressFormat.Oa48
                : ds ? OutputAddressFormat.Lpa2 : OutputAddressFormat.Oa48;
            int most = is64K || ds ? 52 : 48;
            return new(
                Geometries[(granule, format)], Math.Clamp(64 - (int)(size & 63), 25, most));
        }
    }
}
