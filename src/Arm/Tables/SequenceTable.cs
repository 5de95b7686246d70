using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// A table whose entries are an arithmetic run: leaves whose output addresses advance by the leaf size, or zero words.
/// A page of descriptors takes some 50 bytes, which makes a page-mapped terabyte affordable.
/// </summary>
public sealed class SequenceTable : TranslationTable
{
    internal SequenceTable(PhysicalAddress address, Level level, int count, Descriptor first, ulong stride)
        : base(address, level, count)
    {
        First = first;
        Stride = stride;
    }

    /// <summary>Entry 0.</summary>
    public Descriptor First { get; }

    /// <summary>The difference between a word and the next.</summary>
    public ulong Stride { get; }

    public override Descriptor this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return new(First.Bits + (ulong)index * Stride);
        }
    }

    public override TranslationTable? Child(int index) => null;

    internal override int RunFrom(int index) => Count - index;

    internal override TableEntry Read(int index) => new(this[index], null);

    /// <summary>A table without a valid entry, such as Linux's reserved_pg_dir.</summary>
    public static SequenceTable Empty(TranslationGeometry geometry, PhysicalAddress address, Level level) =>
        new(address, level, geometry.Entries(level), Descriptor.Invalid, 0);

    /// <summary>
    /// A table full of leaves that map consecutive memory; null if the address bits of the layout do not advance
    /// linearly over it (a run across the 2^48 or 2^50 boundary of FEAT_LPA or FEAT_LPA2).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="first"/> is a zero word, which is not a leaf.
    /// </exception>
    public static SequenceTable? Leaves(
        TranslationGeometry geometry, PhysicalAddress address, Level level, Descriptor first)
    {
        if (first.IsNone)
            throw new ArgumentOutOfRangeException(nameof(first), first, "a run of leaves does not begin with none");
        int count = geometry.Entries(level);
        ulong stride = geometry.Size(level);
        var pa = first.OutputAddress(geometry, level);
        var last = new Descriptor(first.Bits + (ulong)(count - 1) * stride);
        return last.OutputAddress(geometry, level) == pa + (ulong)(count - 1) * stride
            ? new(address, level, count, first, stride)
            : null;
    }
}
