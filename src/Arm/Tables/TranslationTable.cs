using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// One page of translation table: its physical address, and a descriptor for every entry. Snapshots share frozen
/// tables; only the <see cref="TableEditor"/> that made a table may write it.
/// </summary>
public abstract class TranslationTable
{
    private protected TranslationTable(PhysicalAddress address, Level level, int count)
    {
        Address = address;
        Level = level;
        Count = count;
    }

    /// <summary>The table's physical address.</summary>
    public PhysicalAddress Address { get; }

    public Level Level { get; }

    /// <summary>The entries in use: 512, 2048 or 8192, and fewer in a root that the VA does not fill.</summary>
    public int Count { get; }

    /// <summary>The 64-bit word of an entry.</summary>
    public abstract Descriptor this[int index] { get; }

    /// <summary>The table that a table descriptor leads to; null if the entry is not a table descriptor.</summary>
    public abstract TranslationTable? Child(int index);

    /// <summary>Whether an entry leads to a table; creates no table object.</summary>
    public bool HasChild(int index) => Read(index).Next is not null;

    /// <summary>
    /// How many entries from an index on can be visited as one: 1, or more if their words are all zero, are leaves of
    /// consecutive memory, or lead to the tables of a <see cref="TableOfSequences"/>.
    /// </summary>
    internal abstract int RunFrom(int index);

    /// <summary>The word of an entry and the table that it leads to; creates no table object.</summary>
    internal abstract TableEntry Read(int index);

    /// <summary>The physical address of an entry's word.</summary>
    public PhysicalAddress AddressOf(int index) => Address + (ulong)index * 8;
}
