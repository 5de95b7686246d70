using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>A row of a ptdump: consecutive entries of one level that print alike.</summary>
/// <param name="Line">The line in the text, from 1.</param>
/// <param name="Bits">
/// The bits that the row shows, at their positions in a descriptor; null if nothing is mapped.
/// </param>
/// <param name="TypeIsKnown">Whether the row names a memory type.</param>
public sealed record PtdumpRow(int Line, VirtualAddress Start, VirtualAddress End, Level Level, ulong? Bits,
    bool TypeIsKnown)
{
    public bool IsHole => Bits is null;

    public ulong Length => End - Start;

    public bool IsValid => ((Bits ?? 0) & PtdumpFields.Valid) != 0;

    public bool IsReadOnly => ((Bits ?? 0) & PtdumpFields.ReadOnly.Mask) != 0;

    public bool IsContiguous => ((Bits ?? 0) & PtdumpFields.Contiguous.Mask) != 0;
}
