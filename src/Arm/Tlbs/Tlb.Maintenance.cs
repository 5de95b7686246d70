using System.Numerics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Arm.Tlbs;

/// <content>Operations that read or remove many entries: invalidation, the search for overlaps, listing.</content>
public sealed partial class Tlb
{
    /// <summary>
    /// Applies a TLBI. It removes exactly what the architecture guarantees to be removed, so that tests meet the least
    /// helpful TLB that is allowed.
    /// </summary>
    /// <returns>The number of entries that were removed or lost a part of their cover.</returns>
    public int Invalidate(in TlbiOperation operation)
    {
        if (Count == 0)
            return 0;
        if (operation.Scope == TlbiScope.All)
        {
            int all = Count;
            ClearKeys();
            Array.Clear(_leavesByShift);
            _leafShifts = 0;
            Count = 0;
            return all;
        }

        // For each size, the leaves of one page lie in one set. Kernels send these operations by the thousand.
        if (operation.LastLevelOnly && operation.Length <= _geometry.Granule.PageSize)
        {
            int found = 0;
            for (ulong shifts = _leafShifts; shifts != 0; shifts &= shifts - 1)
                found += InvalidateSet(SetOf(operation.Address, BitOperations.TrailingZeroCount(shifts)), operation);
            return found;
        }

        int hit = 0;
        for (int set = 0; set < _slots.Length; set++)
            hit += InvalidateSet(set, operation);
        return hit;
    }

    // The keys of a TLB take kilobytes, and most kernels leave few entries between two such operations.
    private void ClearKeys()
    {
        if (Count >= _slots.Length)
        {
            Array.Clear(_keys);
            return;
        }

        for (int set = 0; set < _slots.Length; set++)
        {
            if (_slots[set] is not null)
                Array.Clear(_keys, set * _ways, _ways);
        }
    }

    private int InvalidateSet(int set, in TlbiOperation operation)
    {
        int hit = 0;
        if (_slots[set] is not { } slots)
            return hit;
        for (int way = 0; way < slots.Length; way++)
        {
            if (Holds(set, way) && TlbMaintenance.Affects(operation, slots[way].Entry, _geometry)
                && Strip(set, way, operation))
                hit++;
        }

        return hit;
    }

    /// <summary>
    /// Finds an entry that overlaps the given one and is not the same translation, a hazardous one before a harmless
    /// one. It reads every entry and is meant for walks, not for hits.
    /// </summary>
    public bool TryFindOverlap(in TlbEntry entry, BbmLevel level, out TlbEntry other, out OverlapVerdict verdict)
    {
        other = default;
        verdict = default;
        if (Count == 0)
            return false;
        bool found = false;
        for (int set = 0; set < _slots.Length; set++)
        {
            if (_slots[set] is not { } slots)
                continue;
            for (int way = 0; way < slots.Length; way++)
            {
                if (!Holds(set, way) || !slots[way].Entry.Overlaps(_geometry, entry))
                    continue;
                var judged = OverlapRules.Judge(_geometry, level, slots[way].Entry, entry);
                if (judged.Difference == OverlapDifference.None || (found && !judged.IsHazard))
                    continue;
                (other, verdict, found) = (slots[way].Entry, judged, true);
                if (judged.IsHazard)
                    return true;
            }
        }

        return found;
    }

    /// <summary>A copy of every entry, in no particular order.</summary>
    public IReadOnlyList<TlbEntry> Entries()
    {
        if (Count == 0)
            return [];
        var entries = new List<TlbEntry>(Count);
        for (int set = 0; set < _slots.Length; set++)
        {
            if (_slots[set] is not { } slots)
                continue;
            for (int way = 0; way < slots.Length; way++)
            {
                if (Holds(set, way))
                    entries.Add(slots[way].Entry);
            }
        }

        return entries;
    }

    private bool Strip(int set, int way, in TlbiOperation operation)
    {
        ref var slot = ref _slots[set]![way];
        var entry = slot.Entry;
        if (operation.ByAddress && entry.MemberCount(_geometry) > 1)
        {
            var left = TlbMaintenance.MembersLeft(operation, entry, _geometry);
            if (left == entry.Members)
                return false;
            if (left != UInt128.Zero)
            {
                slot.Entry = entry with { Members = left };
                return true;
            }
        }

        Remove(set, way);
        return true;
    }
}
