using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// One page of translation table: its physical address, and a descriptor for every entry. Frozen tables are shared
/// between snapshots; only a <see cref="TableEditor"/> that made a table may still write it.
/// </summary>
public abstract class TranslationTable
{
    private protected TranslationTable(PhysicalAddress address, Level level, int count)
    {
        Address = address;
        Level = level;
        Count = count;
    }

    /// <summary>Where the table lies in physical memory.</summary>
    public PhysicalAddress Address { get; }

    public Level Level { get; }

    /// <summary>Entries in use: 512, 2048 or 8192, fewer in a root that the VA does not fill.</summary>
    public int Count { get; }

    /// <summary>The 64-bit word of an entry.</summary>
    public abstract Descriptor this[int index] { get; }

    /// <summary>The table that a table descriptor leads to; null where the entry is none.</summary>
    public abstract TranslationTable? Child(int index);

    /// <summary>Whether an entry leads to a table: asked without making one.</summary>
    public bool HasChild(int index) => Read(index).Next is not null;

    /// <summary>
    /// How many entries, from one on, need no visit each: 1, or more whose words are all zero, or leaves of consecutive
    /// memory, or lead to tables that a <see cref="TableOfRuns"/> stands for.
    /// </summary>
    internal abstract int RunFrom(int index);

    /// <summary>The word of an entry and where it leads, at once and without making a table.</summary>
    internal abstract TableEntry Read(int index);

    /// <summary>The physical address of an entry's word.</summary>
    public PhysicalAddress AddressOf(int index) => Address + (ulong)index * 8;
}
