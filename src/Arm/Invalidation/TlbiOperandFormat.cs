using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>
/// The register of a TLBI, field by field. By address: ASID in bits 63:48, TTL in 47:44 (granule, then level),
/// VA[55:12] in 43:0. By range: ASID in 63:48, TG in 47:46, SCALE in 45:44, NUM in 43:39, TTL in 38:37, BaseADDR in
/// 36:0. BaseADDR counts pages of TG (VA[48:12], VA[50:14], VA[52:16]), or units of 64K for every TG if TCR_ELx.DS is
/// 1. By ASID: ASID in 63:48. The forms that invalidate everything have no register.
/// </summary>
/// <param name="wide">TCR_ELx.DS: 52-bit addresses with 4K or 16K pages (FEAT_LPA2).</param>
/// <param name="intermediate">True for a stage 2 form, whose address is not sign-extended.</param>
public readonly struct TlbiOperandFormat(bool wide = false, bool intermediate = false)
{
    private const int AddressBits = 44;
    private const int BaseBits = 37;
    private const int WideShift = 16;

    /// <summary>Encodes an operand by address or by range.</summary>
    /// <exception cref="ArgumentException">
    /// A range has no granule, or it starts between two units of BaseADDR.
    /// </exception>
    public ulong Encode(in TlbiOperand operand)
    {
        ulong asid = (ulong)operand.Asid << 48;
        ulong level = (ulong)(operand.Level ?? 0);
        if (operand.Span is not { } span)
        {
            ulong hint = operand.Level is null ? 0 : (Code(operand.Granule) << 2 | level) << AddressBits;
            return asid | hint | Field(operand.Address.Value >> 12, AddressBits);
        }

        if (operand.Granule is not { } granule)
            throw new ArgumentException("a range names a granule", nameof(operand));
        int shift = BaseShift(granule);
        if (!operand.Address.IsAligned(1UL << shift))
            throw new ArgumentException(
                $"BaseADDR is in units of 0x{1UL << shift:x}: {operand.Address}", nameof(operand));
        return asid | Code(granule) << 46 | (ulong)span.Scale << 44 | (ulong)span.Number << 39 | level << BaseBits
            | Field(operand.Address.Value >> shift, BaseBits);
    }

    /// <summary>
    /// Decodes the register of a form by address. A TTL with granule 0 gives no hint, and so does level 0 of 16K and
    /// 64K, which is reserved: such an operand has neither granule nor level.
    /// </summary>
    public TlbiOperand DecodeAddress(ulong register)
    {
        ulong address = Extend(Field(register, AddressBits) << 12, 56);
        var granule = GranuleOf(register >> 46);
        int level = (int)(register >> AddressBits & 3);
        bool hints = granule is not null && (level > 0 || ReferenceEquals(granule, Granule.K4));
        return new(new(address), AsidOf(register), hints ? granule : null, hints ? level : null);
    }

    /// <summary>
    /// Decodes the register of a form by range. TG 0 is reserved: such an operand has no granule, its base is read as
    /// that of 4K, and it names no tables (R_XKMMX). TTL 0 gives no hint.
    /// </summary>
    public TlbiOperand DecodeRange(ulong register)
    {
        var granule = GranuleOf(register >> 46);
        int shift = BaseShift(granule ?? Granule.K4);
        ulong address = Extend(Field(register, BaseBits) << shift, BaseBits + shift);
        int level = (int)(register >> BaseBits & 3);
        var span = new TlbiSpan((int)(register >> 44 & 3), (int)(register >> 39 & 0x1f));
        return new(new(address), AsidOf(register), granule, level == 0 ? null : level, span);
    }

    /// <summary>The register of a form by ASID.</summary>
    public static ulong EncodeAsid(ushort asid) => (ulong)asid << 48;

    /// <summary>The ASID in a register, for every form that has one.</summary>
    public static ushort AsidOf(ulong register) => (ushort)(register >> 48);

    private int BaseShift(Granule granule) => wide ? WideShift : granule.PageShift;

    private ulong Extend(ulong address, int bits) =>
        intermediate ? address : (ulong)((long)(address << (64 - bits)) >> (64 - bits));

    private static ulong Field(ulong value, int bits) => value & ((1UL << bits) - 1);

    private static ulong Code(Granule? granule) => granule?.PageShift switch
    {
        12 => 1,
        14 => 2,
        16 => 3,
        _ => 0,
    };

    private static Granule? GranuleOf(ulong code) => (code & 3) switch
    {
        1 => Granule.K4,
        2 => Granule.K16,
        3 => Granule.K64,
        _ => null,
    };
}
