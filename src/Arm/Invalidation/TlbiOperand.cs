using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Invalidation;

/// <summary>The contents of the 64-bit register of a TLBI; <see cref="TlbiOperandFormat"/> lists the fields.</summary>
/// <param name="Address">
/// The first address, aligned to a page. A virtual address is sign-extended to 64 bits, an intermediate physical
/// address is not.
/// </param>
/// <param name="Asid">The ASID, for forms that name one; otherwise 0.</param>
/// <param name="Granule">
/// TG: the granule that the operation names. A range always names one. A single address names one only together with
/// <paramref name="Level"/>; null means that TTL gives no hint.
/// </param>
/// <param name="Level">
/// TTL: the level of the leaf, 0 to 3; null for no hint. Level 0 is one of 4K alone: of 16K and 64K it is reserved, and
/// in a range it gives no hint.
/// </param>
/// <param name="Span">The length of a range; null for a single address.</param>
public readonly record struct TlbiOperand(
    VirtualAddress Address, ushort Asid = 0, Granule? Granule = null, int? Level = null, TlbiSpan? Span = null)
{
    /// <summary>A range operand that covers every page of a range of addresses.</summary>
    /// <param name="start">The start of the range, rounded down to a page.</param>
    /// <param name="bytes">
    /// The length in bytes, greater than 0; the span is the shortest that reaches the last byte.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The range is empty, or longer than one operation can reach.
    /// </exception>
    public static TlbiOperand Range(VirtualAddress start, ulong bytes, Granule granule, ushort asid = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes);
        var first = start.AlignDown(granule.PageSize);
        ulong pages = (start - first + bytes - 1) / granule.PageSize + 1;
        return new(first, asid, granule, null, TlbiSpan.Reaching(pages));
    }

    /// <summary>
    /// The bytes covered from <see cref="Address"/> on. A single address counts as 4096 bytes, the unit of its field
    /// for every granule. The operation covers each entry that translates one of these bytes.
    /// </summary>
    public ulong Length =>
        Span is { } span ? (Granule ?? Geometry.Granule.K4).PageSize * span.Pages : Geometry.Granule.K4.PageSize;

    /// <summary>
    /// Whether the operand names leaves of a level. The CPU need not invalidate a leaf of another level than the hint
    /// (R_SQXYZ).
    /// </summary>
    public bool NamesLeafAt(int level) => Level is not { } hint || hint == level;

    /// <summary>
    /// Whether the operand names table descriptors of a level. A hint is the level of the leaves below, and the CPU
    /// need not invalidate a table descriptor of that level or of a later one (R_SQXYZ).
    /// </summary>
    public bool NamesTableAt(int level) => Level is not { } hint || level < hint;

    /// <summary>
    /// Whether a range begins where a leaf of the level in its hint begins. The CPU need not invalidate anything if it
    /// does not (TTL in Arm's description of TLBI RVAE1: the bits of BaseADDR below the level must be 0).
    /// </summary>
    public bool BeginsWithLeaf => Span is null || Level is not { } hint || Granule is not { } granule
        || Address.IsAligned(granule.PageSize << (3 - hint) * granule.IndexBits);

    /// <summary>
    /// Whether the operand names entries of such tables. The CPU need not invalidate anything if the range (R_XKMMX) or
    /// the hint (R_SQXYZ) names another granule than that of the tables. A single address without a hint names entries
    /// of every granule.
    /// </summary>
    public bool NamesTablesOf(Granule tables) =>
        Span is null && Level is null || ReferenceEquals(Granule, tables);
}
