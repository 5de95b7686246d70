using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The shape of the trees of one register: the granule with its descriptor layout, the bits of address, and the level
/// at which a walk begins.
/// </summary>
/// <param name="IsSizeAssumed">
/// The register says a size that the granule does not have, so the nearest one counts.
/// </param>
internal sealed record LintedHalf(TranslationGeometry Geometry, int Bits, int StartLevel, bool IsSizeAssumed = false)
{
    // A root of stage 2 may consist of up to 16 tables.
    private const int MostConcatenatedBits = 4;

    // One object for each, so that the pages of trees that may share tables refer to the same.
    private static readonly Dictionary<(Granule, OutputAddressFormat), TranslationGeometry> Geometries = new(
        from granule in Granule.All
        from format in Enum.GetValues<OutputAddressFormat>()
        where granule.PageShift == 16 ? format != OutputAddressFormat.Lpa2 : format != OutputAddressFormat.Lpa
        select KeyValuePair.Create((granule, format), TranslationGeometry.Create(granule, 48, format)));

    /// <summary>What counts before the trace has written the register that says it: 4K pages and 48 bits.</summary>
    public static LintedHalf Usual { get; } = Stage1(Granule.K4, 16, false, false);

    /// <summary>Whether a register leads to trees of the upper half of the addresses.</summary>
    public static bool IsUpper(CasemateRegister register) =>
        register is CasemateRegister.Ttbr1El1 or CasemateRegister.Ttbr1El2;

    /// <summary>The entries of the root that the addresses of the half select.</summary>
    public int RootEntries => 1 << Math.Max(Bits - Geometry.Shift(Level.Of(StartLevel)), 0);

    /// <summary>The shape of a half of stage 1, whose size alone gives the first level.</summary>
    /// <param name="size">TnSZ.</param>
    /// <param name="ds">DS: 52-bit addresses with 4K or 16K pages.</param>
    /// <param name="large">The output addresses have 52 bits (IPS, PS).</param>
    public static LintedHalf Stage1(Granule granule, int size, bool ds, bool large)
    {
        bool is64K = ReferenceEquals(granule, Granule.K64);
        var format = is64K ? large ? OutputAddressFormat.Lpa : OutputAddressFormat.Oa48
            : ds ? OutputAddressFormat.Lpa2 : OutputAddressFormat.Oa48;
        int bits = Math.Clamp(64 - size, granule.IndexBits < 13 ? 16 : 17, is64K || ds ? 52 : 48);
        return new(
            Geometries[(granule, format)], bits,
            4 - (bits - granule.PageShift + granule.IndexBits - 1) / granule.IndexBits, bits != 64 - size);
    }

    /// <summary>The same of stage 2, whose walks begin where VTCR_EL2 says.</summary>
    /// <param name="level">
    /// The level that SL0 and SL2 name. One that T0SZ contradicts does not count; then the size gives it.
    /// </param>
    public static LintedHalf Stage2(Granule granule, int size, bool ds, bool large, int? level)
    {
        var half = Stage1(granule, size, ds, large);
        // The root decodes one bit of the address at least (AArch64.S2InconsistentSL).
        int least = granule.PageShift + (3 - level ?? 0) * granule.IndexBits + 1;
        return level is { } first && half.Bits >= least
            && half.Bits <= least + granule.IndexBits - 1 + MostConcatenatedBits ? half with { StartLevel = first }
            : half;
    }
}
