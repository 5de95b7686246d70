using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>A row of a ptdump as the text has it, before the granule is known.</summary>
/// <param name="Start">The first address.</param>
/// <param name="End">The first address behind, as a <see cref="VirtualAddress"/>.</param>
/// <param name="Bits">
/// The bits that the row shows, at their positions in a descriptor; <see cref="Unset"/> marks an entry that is not
/// valid, and 0 is a row where nothing is mapped.
/// </param>
/// <param name="Line">The line in the text, from 1.</param>
/// <param name="Name">The level's name, by its position in <see cref="PtdumpLevels.Names"/>.</param>
public readonly record struct DumpedRow(ulong Start, ulong End, ulong Bits, int Line, byte Name)
{
    /// <summary>The mark of a row whose entries are not valid, which keeps its bits from being zero.</summary>
    internal const ulong Unset = 1UL << 63;

    public bool IsHole => Bits == 0;

    public ulong Length => unchecked(End - Start);

    /// <summary>Addresses of the row, for messages.</summary>
    public string Range => $"{new VirtualAddress(Start)}-{new VirtualAddress(End)}";

    /// <summary>The bits without the mark: those of a descriptor, except for what ptdump does not show.</summary>
    public ulong DescriptorBits => Bits & ~Unset;

    /// <summary>Whether the row names a memory type.</summary>
    public bool TypeIsKnown => (Bits & PtdumpFields.TypeMask) != PtdumpFields.UnknownType;
}
