using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// A table whose every entry leads to a run of leaves; the tables below lie page after page, and their leaves map
/// consecutive memory. The object stands for all of them in some 80 bytes: for a page-mapped gigabyte, 513 tables. A
/// table below is created only when it is asked for as an object; walks do without.
/// </summary>
public sealed class TableOfSequences : TranslationTable
{
    private readonly ulong _pageSize;
    private readonly int _childCount;

    private TableOfSequences(TranslationGeometry geometry, PhysicalAddress address, Level level, Descriptor first,
        bool descending, Descriptor leaf)
        : base(address, level, geometry.Entries(level))
    {
        First = first;
        Descending = descending;
        FirstLeaf = leaf;
        FirstChild = first.NextTable(geometry);
        _pageSize = geometry.Granule.PageSize;
        _childCount = geometry.Entries(level.Next);
        LeafSize = geometry.Size(level.Next);
    }

    /// <summary>Entry 0, a table descriptor.</summary>
    public Descriptor First { get; }

    /// <summary>True if each table below lies one page below its predecessor; false if one page above.</summary>
    public bool Descending { get; }

    /// <summary>Entry 0 of the first table below.</summary>
    public Descriptor FirstLeaf { get; }

    /// <summary>The difference between a word and the next.</summary>
    internal ulong Stride => Descending ? 0 - _pageSize : _pageSize;

    private PhysicalAddress FirstChild { get; }

    private ulong LeafSize { get; }

    public override Descriptor this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return new(First.Bits + (ulong)index * Stride);
        }
    }

    /// <summary>The table below an entry, created anew at each call.</summary>
    public override TranslationTable? Child(int index) =>
        new SequenceTable(ChildAddress(index), Level.Next, _childCount, ChildWord(index, 0), LeafSize);

    /// <summary>All leaves below a range of entries, as one run.</summary>
    /// <param name="start">The address that the first entry of the range maps.</param>
    internal LeafSequence Leaves(VirtualAddress start, int index, int count) =>
        new(start, Level.Next, (long)count * _childCount, ChildWord(index, 0));

    internal override int RunFrom(int index) => Count - index;

    internal override TableEntry Read(int index) => new(this[index], this);

    internal PhysicalAddress ChildAddress(int index) => new(FirstChild.Value + (ulong)index * Stride);

    internal Descriptor ChildWord(int child, int index) =>
        new(FirstLeaf.Bits + ((ulong)child * (ulong)_childCount + (ulong)index) * LeafSize);

    /// <summary>
    /// A table that leads to full tables of leaves of consecutive memory; null if the address bits of the table
    /// descriptors or of the leaves do not advance evenly over the whole range.
    /// </summary>
    /// <param name="first">Entry 0: a table descriptor that leads to the first table below.</param>
    /// <param name="descending">Whether each table below lies one page below its predecessor.</param>
    /// <param name="leaf">Entry 0 of the first table below.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="first"/> is not a table descriptor, or <paramref name="leaf"/> is not a leaf.
    /// </exception>
    public static TableOfSequences? Leaves(
        TranslationGeometry geometry, PhysicalAddress address, Level level, Descriptor first, bool descending,
        Descriptor leaf)
    {
        if (first.Kind(geometry, level) != DescriptorKind.Table)
            throw new ArgumentOutOfRangeException(nameof(first), first, "expected a table descriptor");
        if (leaf.IsNone || leaf.Kind(geometry, level.Next) == DescriptorKind.Table)
            throw new ArgumentOutOfRangeException(nameof(leaf), leaf, "expected a leaf");
        var table = new TableOfSequences(geometry, address, level, first, descending, leaf);
        int last = table.Count - 1;
        bool even = IsEven(geometry, Level.L3, first, table[last], table.FirstChild, table.ChildAddress(last))
            && IsEven(geometry, level.Next, leaf, table.ChildWord(last, table._childCount - 1),
                leaf.OutputAddress(geometry, level.Next),
                leaf.OutputAddress(geometry, level.Next)
                    + ((ulong)table.Count * (ulong)table._childCount - 1) * table.LeafSize);
        return even ? table : null;
    }

    // Words with a constant stride hold addresses with a constant stride if the last word holds the expected address
    // and all its other bits are unchanged.
    private static bool IsEven(
        TranslationGeometry geometry, Level level, Descriptor first, Descriptor last, PhysicalAddress from,
        PhysicalAddress to)
    {
        ulong address = geometry.AddressBits(level);
        return first.OutputAddress(geometry, level) == from && last.OutputAddress(geometry, level) == to
            && (first.Bits & ~address) == (last.Bits & ~address);
    }
}
