using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>An entry that a CPU may hold, with what the TLB keeps of the registers by which it was made.</summary>
/// <param name="Entry">The entry; its source is 0, and its members are all.</param>
/// <param name="Geometry">The geometry of the walk that made it.</param>
/// <param name="Vmid">The VMID; null where it is not known.</param>
/// <param name="Type">
/// The memory type of a leaf by MAIR, at the place of its AttrIndx; null of a table entry, and where it is not known.
/// </param>
/// <param name="Combined">It combines a leaf of stage 2 with stage 1.</param>
internal readonly record struct HeldEntry(
    TlbEntry Entry, TranslationGeometry Geometry, ushort? Vmid, ulong? Type, bool Combined = false)
{
    /// <summary>log2 of the bytes that the descriptor covers without the Contiguous bit.</summary>
    public int Shift => Geometry.Shift(Entry.Level);

    /// <summary>The memory type of a leaf; null where it is not known.</summary>
    public byte? TypeByte => Type is { } types ? (byte)(types >> LintedLeaves.TypeOf(Entry.Descriptor.Bits) * 8) : null;

    private bool IsNtBlock => !Entry.IsTable && !Entry.Level.IsLast && Entry.Descriptor.NoTranslation;

    /// <summary>Whether one look-up under an ASID and a VMID finds the entry.</summary>
    /// <param name="vmid">Null where it is not known.</param>
    public bool Answers(ushort asid, ushort? vmid) =>
        (Entry.IsGlobal || Entry.Asid == asid) && (Vmid is null || vmid is null || Vmid == vmid);

    /// <summary>What a CPU of a level may do with this entry and another one for an address that both cover.</summary>
    /// <param name="hasNotGlobal">The regime has ASIDs, and its leaves nG.</param>
    public OverlapVerdict Beside(in HeldEntry other, VirtualAddress va, BbmLevel level, bool hasNotGlobal) =>
        BbmMatrix.Judge(level, Differences(other, va, hasNotGlobal), IsNtBlock || other.IsNtBlock);

    // Table entries of two sizes are steps of one walk, and so is a table entry above a leaf.
    private OverlapDifference Differences(in HeldEntry other, VirtualAddress va, bool hasNotGlobal)
    {
        var (a, b) = (Entry, other.Entry);
        if (Combined != other.Combined)
            return OverlapDifference.None;
        if (a.IsTable && b.IsTable)
        {
            return Shift == other.Shift && a.Output != b.Output ? OverlapDifference.OutputAddress
                : OverlapDifference.None;
        }

        if (a.IsTable || b.IsTable)
        {
            var (table, leaf) = a.IsTable ? (this, other) : (other, this);
            return table.Shift <= leaf.Shift ? OverlapDifference.Size : OverlapDifference.None;
        }

        var difference = OverlapDifference.None;
        if (Shift != other.Shift)
            difference |= OverlapDifference.Size;
        else if (a.IsContiguous != b.IsContiguous)
            difference |= OverlapDifference.Contiguous;
        if (a.Translate(va) != b.Translate(va))
            difference |= OverlapDifference.OutputAddress;
        return difference | LeafDifferences.Between(
            a.Descriptor.Attributes(Geometry, a.Level).Bits, b.Descriptor.Attributes(other.Geometry, b.Level).Bits,
            hasNotGlobal, Type, other.Type);
    }
}
