using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Audit.Ptdumps;

/// <summary>
/// What rows say of granule and VA size: the alignment of the rows of each level, and how many contiguous rows would
/// cut groups with each granule.
/// </summary>
internal sealed class LevelEvidence
{
    private readonly (ulong Bits, int Line)[] _leaves = new (ulong, int)[PtdumpLevels.Names.Count];
    private readonly (ulong Bits, int Line)[] _holes = new (ulong, int)[PtdumpLevels.Names.Count];
    private readonly long[] _cutGroups = new long[Granule.All.Count];

    /// <summary>The lowest address of the upper half; all ones without one.</summary>
    public ulong Lowest { get; private set; } = ulong.MaxValue;

    public void Add(in DumpedRow row)
    {
        ref var seen = ref (row.IsHole ? _holes : _leaves)[row.Name];
        // Of the rows of a level, the one that is least aligned is named in errors.
        ulong bits = row.Start | row.End;
        if (seen.Line == 0 || BitOperations.TrailingZeroCount(bits) < BitOperations.TrailingZeroCount(seen.Bits))
            seen = (bits, row.Line);
        if (new VirtualAddress(row.Start).IsUpperHalf && row.Start < Lowest)
            Lowest = row.Start;
        if ((row.Bits & 1UL << 52) == 0 || row.Name < PtdumpLevels.Pmd)
            return;
        for (int i = 0; i < _cutGroups.Length; i++)
        {
            var granule = Granule.All[i];
            var level = row.Name == PtdumpLevels.Pte ? Level.L3 : Level.L2;
            ulong group = (ulong)granule.ContiguousEntries(level)
                << (granule.PageShift + (level.IsLast ? 0 : granule.IndexBits));
            if ((bits & (group - 1)) != 0)
                _cutGroups[i]++;
        }
    }

    /// <summary>Contiguous rows that begin or end within a group of the granule.</summary>
    public long CutGroups(Granule granule) => _cutGroups[Granule.All.ToList().IndexOf(granule)];

    /// <summary>The first kind of row that the geometry does not have, in words; null where it has all.</summary>
    public (int Line, string Expected)? Contradiction(TranslationGeometry geometry)
    {
        for (int name = 0; name < PtdumpLevels.Names.Count; name++)
        {
            foreach (var (rows, hole) in (((ulong, int)[], bool)[])[(_leaves, false), (_holes, true)])
            {
                var (bits, line) = rows[name];
                if (line == 0)
                    continue;
                if (PtdumpLevels.LevelOf(geometry, name, hole) is not { } level)
                    return (line, $"a level of {geometry} that can hold {(hole ? "nothing" : "a leaf")}, found "
                        + $"{PtdumpLevels.Names[name]}");
                ulong size = geometry.Size(level);
                // Beyond its highest level, a hole ends where the address space of the half does.
                if ((bits & (size - 1)) != 0)
                    return (line, $"multiples of {Linux.LinearMap.LeafCensus.SizeName(size)}, which a "
                        + $"{PtdumpLevels.Names[name]} entry of {geometry} spans, found other addresses");
            }
        }

        return null;
    }
}
