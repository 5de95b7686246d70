using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>What the 64-bit register of a TLBI names: <see cref="TlbiOperandFormat"/> has the fields.</summary>
/// <param name="Address">
/// The first address, aligned to a page. A virtual one is sign-extended to 64 bits, an intermediate physical one is
/// not.
/// </param>
/// <param name="Asid">Of the forms that name an ASID; 0 in the others.</param>
/// <param name="Granule">
/// TG: the granule that the operation names. A range always names one. A single address names one only together with
/// <paramref name="Level"/>, and null says that TTL gives no hint.
/// </param>
/// <param name="Level">TTL: the level of the leaf, 0 to 3; null for no hint.</param>
/// <param name="Span">How far a range reaches; null for a single address.</param>
public readonly record struct TlbiOperand(
    VirtualAddress Address, ushort Asid = 0, Granule? Granule = null, int? Level = null, TlbiSpan? Span = null)
{
    /// <summary>A range operand that reaches every page of a range.</summary>
    /// <param name="start">Rounded down to a page.</param>
    /// <param name="bytes">More than 0; the span is the shortest that reaches the last of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The range is empty or longer than one operation reaches.
    /// </exception>
    public static TlbiOperand Range(VirtualAddress start, ulong bytes, Granule granule, ushort asid = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes);
        var first = start.AlignDown(granule.PageSize);
        ulong pages = (start - first + bytes - 1) / granule.PageSize + 1;
        return new(first, asid, granule, null, TlbiSpan.Reaching(pages));
    }

    /// <summary>
    /// Bytes from <see cref="Address"/> on. A single address counts as 4096 bytes, which is the unit of its field for
    /// every granule: the entries that the operation covers are those that translate one of these bytes.
    /// </summary>
    public ulong Length =>
        Span is { } span ? (Granule ?? Geometry.Granule.K4).PageSize * span.Pages : Geometry.Granule.K4.PageSize;

    /// <summary>Whether the operand names an address of a 64-bit space; a range does not wrap around its end.</summary>
    public bool Names(VirtualAddress va) => va >= Address && va - Address < Length;

    /// <summary>A leaf of another level than the hint need not be invalidated (R_SQXYZ).</summary>
    public bool NamesLeafAt(int level) => Level is not { } hint || hint == level;

    /// <summary>A range of another granule than that of the tables need not invalidate anything (R_XKMMX).</summary>
    public bool NamesTablesOf(Granule tables) => Span is null || ReferenceEquals(Granule, tables);
}
