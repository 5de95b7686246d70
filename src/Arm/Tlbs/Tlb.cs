using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Arm.Tlbs;

/// <summary>
/// A unified set-associative TLB that holds entries of several sizes at once, so that the entries left behind by a live
/// change of size are visible. A look-up probes each size that is present and allocates nothing; its cost grows with
/// the number of sizes (at most seven) and the ways, not with the entries. A full set evicts its least recently used
/// entry.
/// </summary>
public sealed partial class Tlb
{
    private readonly TranslationGeometry _geometry;
    private readonly TlbGeometry _shape;
    private readonly int _ways;
    private readonly ulong _setCount;
    private readonly bool _setsArePow2;
    private readonly ulong _setReciprocal;

    // The keys of a set are adjacent, so that a look-up reads one cache line instead of one for each way; 0 marks a
    // free way. The slots behind the keys are allocated when a set is first used.
    private readonly ulong[] _keys;
    private readonly Slot[]?[] _slots;
    private readonly int[] _leavesByShift = new int[64];
    private ulong _leafShifts;
    private ulong _clock;

    public Tlb(TranslationGeometry geometry, TlbGeometry shape)
    {
        _geometry = geometry;
        _shape = shape;
        _ways = shape.Ways;
        _setCount = (ulong)shape.Sets;
        _setsArePow2 = BitOperations.IsPow2(shape.Sets);
        _setReciprocal = _setsArePow2 ? 0 : ulong.MaxValue / _setCount + 1;
        _keys = new ulong[shape.Entries];
        _slots = new Slot[]?[shape.Sets];
    }

    /// <summary>The number of entries held.</summary>
    public int Count { get; private set; }

    public TlbGeometry Shape => _shape;

    /// <summary>Finds a leaf entry for an address; if several match, the smallest.</summary>
    /// <param name="entry">A copy of the entry.</param>
    public bool TryLookup(VirtualAddress va, ushort asid, out TlbEntry entry)
    {
        ref var slot = ref Probe(va, asid, _leafShifts);
        bool hit = !Unsafe.IsNullRef(ref slot);
        entry = hit ? slot.Entry : default;
        return hit;
    }

    /// <summary>Finds another leaf entry for an address, larger than one found before.</summary>
    /// <param name="shift">log2 of the bytes that the first entry covers.</param>
    public bool TryLookupLarger(VirtualAddress va, ushort asid, int shift, out TlbEntry entry)
    {
        entry = default;
        ulong larger = _leafShifts & ~((2UL << shift) - 1);
        if (larger == 0)
            return false;
        ref var slot = ref Probe(va, asid, larger);
        bool hit = !Unsafe.IsNullRef(ref slot);
        entry = hit ? slot.Entry : default;
        return hit;
    }

    // Returns a reference, because an entry is larger than what a hit reads of it; a null reference if no entry
    // matches.
    private ref Slot Probe(VirtualAddress va, ushort asid, ulong shifts)
    {
        for (; shifts != 0; shifts &= shifts - 1)
        {
            int shift = BitOperations.TrailingZeroCount(shifts);
            ulong key = Key(va.Value, shift, table: false);
            int set = SetOf(va, shift);
            var keys = _keys.AsSpan(set * _ways, _ways);
            int way = 0;
            // Compares four ways at a time without a branch for each, which the processor would have to predict.
            for (; way + Vector256<ulong>.Count <= keys.Length; way += Vector256<ulong>.Count)
            {
                uint equal = Vector256.Equals(Vector256.Create(keys[way..]), Vector256.Create(key))
                    .ExtractMostSignificantBits();
                for (; equal != 0; equal &= equal - 1)
                {
                    ref var slot = ref _slots[set]![way + BitOperations.TrailingZeroCount(equal)];
                    if (Answers(slot.Entry, va, asid))
                        return ref Use(ref slot);
                }
            }

            for (; way < keys.Length; way++)
            {
                if (keys[way] != key)
                    continue;
                ref var slot = ref _slots[set]![way];
                if (Answers(slot.Entry, va, asid))
                    return ref Use(ref slot);
            }
        }

        return ref Unsafe.NullRef<Slot>();
    }

    private ref Slot Use(ref Slot slot)
    {
        slot.Used = ++_clock;
        return ref slot;
    }

    /// <summary>
    /// Adds an entry. It replaces an entry of the same cover and address space; otherwise a full set evicts its least
    /// recently used entry.
    /// </summary>
    public void Insert(in TlbEntry entry)
    {
        ulong key = Key(entry.Start.Value, entry.Shift, entry.IsTable);
        int set = SetOf(entry.Start, entry.Shift);
        var slots = _slots[set] ??= new Slot[_ways];
        var keys = _keys.AsSpan(set * _ways, _ways);
        int victim = 0;
        int same = -1;
        for (int way = 0; way < keys.Length; way++)
        {
            ref var slot = ref slots[way];
            if (keys[way] == key && (slot.Entry.Asid == entry.Asid || (slot.Entry.IsGlobal && entry.IsGlobal)))
            {
                // An entry that is cached already stays as it is and keeps the number of the walk that brought it.
                if (slot.Entry with { Source = entry.Source } == entry)
                {
                    slot.Used = ++_clock;
                    return;
                }

                same = way;
            }

            if (keys[victim] != 0 && (keys[way] == 0 || slot.Used < slots[victim].Used))
                victim = way;
        }

        victim = same >= 0 ? same : victim;
        Remove(set, victim);
        keys[victim] = key;
        slots[victim] = new Slot { Entry = entry, Used = ++_clock };
        Count++;
        if (entry.IsTable)
            return;
        _leavesByShift[entry.Shift]++;
        _leafShifts |= 1UL << entry.Shift;
    }

    private bool Holds(int set, int way) => _keys[set * _ways + way] != 0;

    private void Remove(int set, int way)
    {
        if (!Holds(set, way))
            return;
        ref var slot = ref _slots[set]![way];
        bool isTable = slot.Entry.IsTable;
        int shift = slot.Entry.Shift;
        _keys[set * _ways + way] = 0;
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
        if (_setsArePow2)
            return (int)(page & (_setCount - 1));
        // page modulo sets without a division: the rounded-up reciprocal gives the quotient or one more.
        ulong left = page - Math.BigMul(page, _setReciprocal, out _) * _setCount;
        return (int)((long)left < 0 ? left + _setCount : left);
    }

    // The low bits of an aligned address are free and hold size and kind. No valid key is 0.
    private static ulong Key(ulong va, int shift, bool table) =>
        (va >> shift << shift) | (uint)shift | (table ? 0x40u : 0u);

    private struct Slot
    {
        public ulong Used;
        public TlbEntry Entry;
    }
}
