using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>
/// Finds the early KFENCE pool in a linear map. memblock takes it from the top of what is free at that time, below
/// what firmware, an initrd and others have reserved; a machine file does not have these. The map shows it: it is
/// mapped with single pages, of which the first two and then every other one are guards, and invalid
/// (kfence_init_pool()).
/// </summary>
/// <param name="found">The runs of the linear map, in order of address.</param>
internal sealed class PoolSearch(TranslationGeometry geometry, IReadOnlyList<LeafSequence> found)
{
    /// <summary>
    /// Where a pool of <paramref name="size"/> bytes begins; null where no memory looks like one. Without guards, as
    /// before kfence_init(), a stretch of single pages that is as long is one: where it is longer by up to one
    /// contiguous group, the pool begins and ends inside of groups, and any place in the first one gives the same map.
    /// </summary>
    public VirtualAddress? Find(ulong size)
    {
        VirtualAddress? stretch = null;
        for (int i = 0; i < found.Count; i++)
        {
            if (!IsPages(found[i]))
                continue;
            if (!found[i].First.IsValid && HasGuards(i, size))
                return found[i].Start;
            if (i > 0 && IsPages(found[i - 1]) && found[i - 1].End(geometry) == found[i].Start)
                continue;
            ulong page = geometry.Granule.PageSize;
            ulong group = page * (ulong)geometry.Granule.ContiguousEntries(Level.L3);
            if (StretchFrom(i) is var length && length >= size && length <= size + group)
                stretch = found[i].Start + (length == size ? 0 : page);
        }

        return stretch;
    }

    private static bool IsPages(LeafSequence run) => run.Level.IsLast && !run.First.Contiguous;

    // Objects lie in the even pages, and one that is free is invalid, too.
    private bool HasGuards(int first, ulong size)
    {
        ulong page = geometry.Granule.PageSize;
        var (start, end) = (found[first].Start, found[first].Start + size);
        var at = start;
        for (int i = first; i < found.Count && at < end; i++)
        {
            var run = found[i];
            if (run.Start != at || !IsPages(run))
                return false;
            ulong index = (run.Start - start) / page;
            if (run.First.IsValid && (run.Length(geometry) > page || index is 0 || index % 2 == 1))
                return false;
            at = run.End(geometry);
        }

        return at >= end;
    }

    private ulong StretchFrom(int first)
    {
        var at = found[first].Start;
        for (int i = first; i < found.Count && found[i].Start == at && IsPages(found[i]); i++)
            at = found[i].End(geometry);
        return at - found[first].Start;
    }
}
