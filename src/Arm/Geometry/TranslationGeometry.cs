using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Arm.Geometry;

/// <summary>
/// The shape of one half of a stage-1 regime: the granule and VA bits, and from them the levels, the leaf sizes and the
/// descriptor layout. Only combinations that VMSAv8-64 defines and Linux uses can be created.
/// </summary>
public sealed class TranslationGeometry
{
    private readonly ulong _oaMask;

    private TranslationGeometry(Granule granule, int vaBits, OutputAddressFormat format)
    {
        Granule = granule;
        VaBits = vaBits;
        Format = format;
        int levels = (vaBits - granule.PageShift + granule.IndexBits - 1) / granule.IndexBits;
        StartLevel = Level.Of(4 - levels);
        ulong high = format == OutputAddressFormat.Lpa2 ? 1UL << 50 : 1UL << 48;
        _oaMask = (high - 1) & ~(granule.PageSize - 1);
    }

    public Granule Granule { get; }

    /// <summary>The number of virtual address bits: 64 − T1SZ.</summary>
    public int VaBits { get; }

    public OutputAddressFormat Format { get; }

    /// <summary>The level at which a walk begins.</summary>
    public Level StartLevel { get; }

    /// <summary>The implemented bits of an output address: 48, or 52 with FEAT_LPA or FEAT_LPA2.</summary>
    public int PaBits => Format == OutputAddressFormat.Oa48 ? 48 : 52;

    /// <summary>The supported VA sizes of a granule, ascending.</summary>
    public static IReadOnlyList<int> VaSizes(Granule granule) => granule.PageShift switch
    {
        12 => [39, 48, 52],
        14 => [36, 47, 48, 52],
        _ => [42, 48, 52],
    };

    /// <summary>The supported VA sizes of any granule, ascending.</summary>
    public static IReadOnlyList<int> AllVaSizes { get; } =
        [.. Granule.All.SelectMany(VaSizes).Distinct().Order()];

    /// <summary>"36, 39, 42, 47, 48 or 52" for messages.</summary>
    public static string ListOfVaSizes { get; } =
        $"{string.Join(", ", AllVaSizes.SkipLast(1))} or {AllVaSizes[^1]}";

    /// <exception cref="ArgumentException">Linux does not use that VA size with the granule.</exception>
    public static TranslationGeometry Create(Granule granule, int vaBits)
    {
        if (!VaSizes(granule).Contains(vaBits))
        {
            throw new ArgumentException(
                $"{granule} pages have VA sizes {string.Join(", ", VaSizes(granule))}, not {vaBits}", nameof(vaBits));
        }

        var format = vaBits < 52 ? OutputAddressFormat.Oa48
            : granule == Granule.K64 ? OutputAddressFormat.Lpa
            : OutputAddressFormat.Lpa2;
        return new(granule, vaBits, format);
    }

    /// <summary>As above, with a descriptor layout that may differ from the one Linux uses for the VA size.</summary>
    /// <exception cref="ArgumentException">The granule has no such VA size or no such layout.</exception>
    public static TranslationGeometry Create(Granule granule, int vaBits, OutputAddressFormat format)
    {
        var usual = Create(granule, vaBits);
        bool exists = format switch
        {
            OutputAddressFormat.Lpa => granule == Granule.K64,
            OutputAddressFormat.Lpa2 => granule != Granule.K64,
            _ => granule == Granule.K64 || vaBits < 52,
        };
        return exists
            ? new(granule, vaBits, format)
            : throw new ArgumentException(
                $"{granule} pages and a VA of {usual.VaBits} bits have no layout {format}", nameof(format));
    }

    /// <summary>log2 of the bytes that one entry covers at a level.</summary>
    public int Shift(Level level) => Granule.PageShift + (3 - level.Number) * Granule.IndexBits;

    /// <summary>The bytes that one entry covers at a level.</summary>
    public ulong Size(Level level) => 1UL << Shift(level);

    /// <summary>The size of a contiguous group at a level, in bytes.</summary>
    public ulong ContiguousSize(Level level) => Size(level) * (ulong)Granule.ContiguousEntries(level);

    /// <summary>Whether leaves of a level may form contiguous groups; elsewhere the Contiguous bit is RES0.</summary>
    public bool HasGroups(Level level) => Granule.ContiguousEntries(level) > 1;

    /// <summary>
    /// The number of entries that a table at a level uses; fewer than a full table in a root that the VA does not fill.
    /// </summary>
    public int Entries(Level level) =>
        level == StartLevel ? 1 << Math.Min(Granule.IndexBits, VaBits - Shift(level)) : Granule.EntriesPerTable;

    public int Index(VirtualAddress va, Level level) => (int)(va.Value >> Shift(level)) & (Entries(level) - 1);

    /// <summary>
    /// Whether a descriptor of type 0b01 is a block at this level (DDI0487 table "block descriptors"); otherwise it is
    /// reserved.
    /// </summary>
    public bool AllowsBlock(Level level) => (Granule.PageShift, level.Number) switch
    {
        (_, 2) => true,
        (12, 1) => true,
        (12, 0) or (14, 1) => Format == OutputAddressFormat.Lpa2,
        (16, 1) => Format == OutputAddressFormat.Lpa,
        _ => false,
    };

    /// <summary>The address that is translated where TCR_EL1.TBI is set: bits [63:56] are copies of bit 55.</summary>
    public static VirtualAddress WithoutTag(VirtualAddress va) =>
        new(va.IsUpperHalf ? va.Value | 0xffUL << 56 : va.Value & ~(0xffUL << 56));

    /// <summary>
    /// Whether all bits above <see cref="VaBits"/> equal bit 55. A walk for another address is a Translation fault;
    /// tags are not modelled.
    /// </summary>
    public bool IsCanonical(VirtualAddress va) =>
        va.IsUpperHalf ? va.Value >> VaBits == ulong.MaxValue >> VaBits : va.Value >> VaBits == 0;

    /// <summary>The lowest address of the half that TTBR1 translates: −2^VaBits.</summary>
    public VirtualAddress UpperHalfStart => new(ulong.MaxValue << VaBits);

    /// <summary>
    /// The descriptor bits that hold the output address of a leaf at a level. At level 3 they also are those of a
    /// next-level table's address.
    /// </summary>
    public ulong AddressBits(Level level) => (_oaMask & ~(Size(level) - 1)) | Format switch
    {
        OutputAddressFormat.Oa48 => 0UL,
        OutputAddressFormat.Lpa => 0xf000UL,
        _ => 0x300UL,
    };

    /// <summary>Places an output address in the bits of a descriptor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The address has more bits than the layout holds, or is not aligned to a page.
    /// </exception>
    public ulong Encode(PhysicalAddress pa)
    {
        if (pa.Value >> PaBits != 0 || !pa.IsAligned(Granule.PageSize))
        {
            throw new ArgumentOutOfRangeException(
                nameof(pa), pa, $"an output address is {Granule}-aligned and below 2^{PaBits}");
        }

        return Format switch
        {
            OutputAddressFormat.Oa48 => pa.Value,
            OutputAddressFormat.Lpa => (pa.Value & _oaMask) | (pa.Value >> 48 & 0xf) << 12,
            _ => (pa.Value & _oaMask) | (pa.Value >> 50 & 3) << 8,
        };
    }

    /// <summary>The output address in bits that were masked with <see cref="AddressBits"/>.</summary>
    public PhysicalAddress Decode(ulong bits) => new(Format switch
    {
        OutputAddressFormat.Oa48 => bits & _oaMask,
        OutputAddressFormat.Lpa => (bits & _oaMask) | (bits >> 12 & 0xf) << 48,
        _ => (bits & _oaMask) | (bits >> 8 & 3) << 50,
    });

    public override string ToString() =>
        $"{Granule} pages, {VaBits}-bit VA{(Format == OutputAddressFormat.Lpa2 ? " (LPA2)" : "")}";
}
