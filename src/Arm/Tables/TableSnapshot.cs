using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Arm.Tables;

/// <summary>
/// All translation tables in the state that memory has at one moment. A snapshot is immutable; neighbouring versions
/// share the tables that they have in common.
/// </summary>
public sealed class TableSnapshot
{
    internal TableSnapshot(TranslationGeometry geometry, long version, ImmutableArray<TranslationTable> roots)
    {
        Geometry = geometry;
        Version = version;
        Roots = roots;
    }

    public TranslationGeometry Geometry { get; }

    /// <summary>The number of published changes, from 1.</summary>
    public long Version { get; }

    /// <summary>The tables that a TTBR may point at, by ascending address.</summary>
    public ImmutableArray<TranslationTable> Roots { get; }

    /// <summary>
    /// The root table at a physical address; null if there is none, because a TTBR may hold any address.
    /// </summary>
    public TranslationTable? Root(PhysicalAddress address)
    {
        foreach (var root in Roots)
        {
            if (root.Address == address)
                return root;
        }

        return null;
    }
}
