using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Arm.TlbEntries;

/// <summary>
/// One cached translation: a page, a member of a contiguous group or all of it, a block, or a table descriptor (walk
/// cache). "TLB entry" means any of them, as in the architecture's rules on maintenance (R_RVJDB).
/// </summary>
public readonly record struct TlbEntry
{
    private TlbEntry(VirtualAddress start, int shift, Level level, Descriptor descriptor, PhysicalAddress output,
        ushort asid, bool isTable, int source)
    {
        Start = start;
        Shift = shift;
        Level = level;
        Descriptor = descriptor;
        Output = output;
        Asid = asid;
        IsTable = isTable;
        Source = source;
        Members = UInt128.MaxValue;
    }

    /// <summary>The first address covered, aligned to the cover.</summary>
    public VirtualAddress Start { get; }

    /// <summary>log2 of the bytes covered: larger than the leaf if a contiguous group is held as one entry.</summary>
    public int Shift { get; }

    /// <summary>The level at which the descriptor was read.</summary>
    public Level Level { get; }

    /// <summary>The descriptor as it was read; for a group, that of the member that was walked.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The output address of <see cref="Start"/>, or the address of the next table.</summary>
    public PhysicalAddress Output { get; }

    public ushort Asid { get; }

    /// <summary>True for a walk-cache entry, which leads to a table and not to memory.</summary>
    public bool IsTable { get; }

    /// <summary>The number of the walk that brought the entry, as the caller of the walk numbers them.</summary>
    public int Source { get; init; }

    /// <summary>
    /// For a group held as one entry, a bit for each member still covered: a TLBI by VA removes one page's cover and
    /// leaves the others (I_JQPNP, I_VNXYF). Otherwise all ones.
    /// </summary>
    public UInt128 Members { get; init; }

    public bool IsGlobal => !IsTable && !Descriptor.NotGlobal;

    public VirtualAddress Last => Start + ((1UL << Shift) - 1);

    /// <summary>Whether the leaf was programmed as a member of a contiguous group.</summary>
    public bool IsContiguous => !IsTable && Descriptor.Contiguous;

    /// <summary>An entry that covers only the leaf that a walk for <paramref name="va"/> found.</summary>
    public static TlbEntry ForLeaf(
        TranslationGeometry geometry, VirtualAddress va, in WalkResult walk, ushort asid, int source = 0)
    {
        ulong size = geometry.Size(walk.Level);
        return new(va.AlignDown(size), geometry.Shift(walk.Level), walk.Level, walk.Leaf,
            walk.Leaf.OutputAddress(geometry, walk.Level), asid, false, source);
    }

    /// <summary>
    /// An entry that covers the whole contiguous group of a leaf, with the output address aligned down: hardware may
    /// rely on the Contiguous bit without reading the other members. The leaf must carry the bit.
    /// </summary>
    public static TlbEntry ForGroup(
        TranslationGeometry geometry, VirtualAddress va, in WalkResult walk, ushort asid, int source = 0)
    {
        ulong size = geometry.ContiguousSize(walk.Level);
        return new(va.AlignDown(size), System.Numerics.BitOperations.Log2(size), walk.Level, walk.Leaf,
            walk.Leaf.OutputAddress(geometry, walk.Level).AlignDown(size), asid, false, source);
    }

    /// <summary>A walk-cache entry for a table descriptor read on the way to <paramref name="va"/>.</summary>
    public static TlbEntry ForTable(
        TranslationGeometry geometry, VirtualAddress va, Level level, Descriptor table, ushort asid, int source = 0) =>
        new(va.AlignDown(geometry.Size(level)), geometry.Shift(level), level, table, table.NextTable(geometry), asid,
            true, source);

    /// <summary>The entry of these properties, which another one had: a copy from another process.</summary>
    public static TlbEntry Restore(VirtualAddress start, int shift, Level level, Descriptor descriptor,
        PhysicalAddress output, ushort asid, bool isTable, int source, UInt128 members) =>
        new(start, shift, level, descriptor, output, asid, isTable, source) { Members = members };

    /// <summary>Whether the entry covers the address, members removed by TLBI not counted.</summary>
    public bool Covers(TranslationGeometry geometry, VirtualAddress va)
    {
        if ((va - Start) >> Shift != 0)
            return false;
        return Members == UInt128.MaxValue || (Members >> Member(geometry, va) & 1) != 0;
    }

    /// <summary>The physical address for a virtual address that the entry covers.</summary>
    public PhysicalAddress Translate(VirtualAddress va) => Output + (va - Start);

    /// <summary>None, or the permission fault that the cached leaf gives an access at EL1.</summary>
    public WalkFault Permits(TranslationGeometry geometry, AccessKind kind) =>
        kind == AccessKind.Store && Descriptor.Attributes(geometry, Level).ReadOnly ? WalkFault.Permission
            : WalkFault.None;

    internal int Member(TranslationGeometry geometry, VirtualAddress va) =>
        (int)((va - Start) >> geometry.Shift(Level));

    internal int MemberCount(TranslationGeometry geometry) => 1 << (Shift - geometry.Shift(Level));

    /// <summary>
    /// Whether two entries of a common address space cover a common address; members removed by TLBIs do not count.
    /// </summary>
    public bool Overlaps(TranslationGeometry geometry, in TlbEntry other)
    {
        if (Start > other.Last || other.Start > Last || !(IsGlobal || other.IsGlobal || Asid == other.Asid))
            return false;
        if (Members == UInt128.MaxValue && other.Members == UInt128.MaxValue)
            return true;
        // At least one of the two is a group that has lost members. They are compared in units of the smaller leaf.
        int shift = geometry.Shift(Level > other.Level ? Level : other.Level);
        var last = Last < other.Last ? Last : other.Last;
        for (var va = Start > other.Start ? Start : other.Start; ; va += 1UL << shift)
        {
            if (Covers(geometry, va) && other.Covers(geometry, va))
                return true;
            if (last - va < 1UL << shift)
                return false;
        }
    }
}
