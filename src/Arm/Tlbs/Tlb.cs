using System.Numerics;

namespace Orleans.Mmu.Arm;

/// <summary>
/// A unified set-associative TLB that holds entries of several sizes at once, so that what a live change of size leaves
/// behind can be seen. A look-up probes each size that is present and allocates nothing; its cost grows with the number
/// of sizes (at most seven) and the ways, not with the entries. Least recently used within a set goes first.
/// </summary>
public sealed class Tlb
{
    private readonly TranslationGeometry _geometry;
    private readonly TlbGeometry _shape;
    private readonly ulong _setMask;
    private readonly Slot[]?[] _sets;
    private readonly int[] _leavesByShift = new int[64];
    private ulong _leafShifts;
    private ulong _clock;

    public Tlb(TranslationGeometry geometry, TlbGeometry shape)
    {
        _geometry = geometry;
        _shape = shape;
        _sets = new Slot[]?[shape.Sets];
        _setMask = BitOperations.IsPow2(shape.Sets) ? (ulong)shape.Sets - 1 : 0;
    }

    /// <summary>Entries held.</summary>
    public int Count { get; private set; }

    public TlbGeometry Shape => _shape;

    /// <summary>Finds a leaf entry for an address; with several, the smallest is found first.</summary>
    /// <param name="entry">The entry; not to be kept over a change of the TLB.</param>
    public bool TryLookup(VirtualAddress va, ushort asid, out TlbEntry entry)
    {
        for (ulong shifts = _leafShifts; shifts != 0; shifts &= shifts - 1)
        {
            int shift = BitOperations.TrailingZeroCount(shifts);
            ulong key = Key(va.Value, shift, table: false);
            var set = _sets[SetOf(va, shift)];
            if (set is null)
                continue;
            for (int way = 0; way < set.Length; way++)
            {
                ref var slot = ref set[way];
                if (slot.Key != key || !Answers(slot.Entry, va, asid))
                    continue;
                slot.Used = ++_clock;
                entry = slot.Entry;
                return true;
            }
        }

        entry = default;
        return false;
    }

    /// <summary>
    /// Adds an entry; an entry of the same cover and address space is replaced, otherwise the least recently used of a
    /// full set goes.
    /// </summary>
    public void Insert(in TlbEntry entry)
    {
        ulong key = Key(entry.Start.Value, entry.Shift, entry.IsTable);
        var set = _sets[SetOf(entry.Start, entry.Shift)] ??= new Slot[_shape.Ways];
        int victim = 0;
        for (int way = 0; way < set.Length; way++)
        {
            ref var slot = ref set[way];
            if (slot.Key == key && (slot.Entry.Asid == entry.Asid || (slot.Entry.IsGlobal && entry.IsGlobal)))
            {
                victim = way;
                break;
            }

            if (set[victim].Key != 0 && (slot.Key == 0 || slot.Used < set[victim].Used))
                victim = way;
        }

        Remove(ref set[victim]);
        set[victim] = new Slot { Key = key, Entry = entry, Used = ++_clock };
        Count++;
        if (entry.IsTable)
            return;
        _leavesByShift[entry.Shift]++;
        _leafShifts |= 1UL << entry.Shift;
    }

    /// <summary>
    /// Applies a TLBI: what the architecture guarantees to be gone is gone, and nothing more, since a test should meet
    /// the least helpful TLB that is allowed.
    /// </summary>
    /// <returns>How many entries went or lost cover.</returns>
    public int Invalidate(in TlbiOperation operation)
    {
        if (operation.Scope == TlbiScope.All)
        {
            int all = Count;
            Array.Clear(_sets);
            Array.Clear(_leavesByShift);
            _leafShifts = 0;
            Count = 0;
            return all;
        }

        int hit = 0;
        foreach (var set in _sets)
        {
            if (set is null)
                continue;
            for (int way = 0; way < set.Length; way++)
            {
                if (set[way].Key != 0 && TlbMaintenance.Affects(operation, set[way].Entry, _geometry) && Strip(ref set[way], operation))
                    hit++;
            }
        }

        return hit;
    }

    /// <summary>
    /// Finds an entry that overlaps another one and is not the same translation, a hazardous one before a harmless one.
    /// Reads every entry: it belongs to walks, not to hits.
    /// </summary>
    public bool TryFindOverlap(in TlbEntry entry, BbmLevel level, out TlbEntry other, out OverlapVerdict verdict)
    {
        other = default;
        verdict = default;
        if (Count == 0)
            return false;
        bool found = false;
        foreach (var set in _sets)
        {
            if (set is null)
                continue;
            for (int way = 0; way < set.Length; way++)
            {
                if (set[way].Key == 0 || !set[way].Entry.Overlaps(_geometry, entry))
                    continue;
                var judged = OverlapRules.Judge(_geometry, level, set[way].Entry, entry);
                if (judged.Difference == OverlapDifference.None || (found && !judged.IsHazard))
                    continue;
                (other, verdict, found) = (set[way].Entry, judged, true);
                if (judged.IsHazard)
                    return true;
            }
        }

        return found;
    }

    /// <summary>A copy of every entry, in no particular order.</summary>
    public IReadOnlyList<TlbEntry> Entries()
    {
        var entries = new List<TlbEntry>(Count);
        foreach (var set in _sets)
        {
            if (set is null)
                continue;
            foreach (var slot in set)
            {
                if (slot.Key != 0)
                    entries.Add(slot.Entry);
            }
        }

        return entries;
    }

    private bool Strip(ref Slot slot, in TlbiOperation operation)
    {
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

        Remove(ref slot);
        return true;
    }

    private void Remove(ref Slot slot)
    {
        if (slot.Key == 0)
            return;
        bool isTable = slot.Entry.IsTable;
        int shift = slot.Entry.Shift;
        slot = default;
        Count--;
        if (!isTable && --_leavesByShift[shift] == 0)
            _leafShifts &= ~(1UL << shift);
    }

    private bool Answers(in TlbEntry entry, VirtualAddress va, ushort asid) =>
        (entry.Asid == asid || entry.IsGlobal) && (entry.Members == UInt128.MaxValue || entry.Covers(_geometry, va));

    private int SetOf(VirtualAddress va, int shift)
    {
        ulong page = va.Value >> shift;
        return (int)(_setMask != 0 ? page & _setMask : page % (ulong)_shape.Sets);
    }

    // The low bits of an aligned address are free: they tell size and kind apart. No valid key is 0.
    private static ulong Key(ulong va, int shift, bool table) =>
        (va >> shift << shift) | (uint)shift | (table ? 0x40u : 0u);

    private struct Slot
    {
        public ulong Key;
        public ulong Used;
        public TlbEntry Entry;
    }
}
