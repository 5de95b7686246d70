namespace Orleans.Mmu.Costs.Stacks;

/// <summary>
/// The LRU order of TLB entries, for TLBs of every associativity with the same number of sets at once: an access finds
/// the depth of its entry within the set and hits in exactly those TLBs that have more ways than that (Mattson's stack
/// property of LRU).
/// <para> The most recently used pages are not kept here but in a short list that many stacks share and that keeps its
/// own order. A stack knows the entry of each of the list's slots and is told only when a slot gets another page.
/// Between two such moments every access is to a page of the list; since an entry covers whole pages, fewer entries
/// than pages were used since, so the access hits in every TLB that has at least as many ways as the list has slots.
/// </para>
/// </summary>
internal sealed class LruStack
{
    private const ulong Empty = ulong.MaxValue;

    private readonly ulong[] _recent;
    private readonly ulong[] _older;
    private readonly int[] _count;
    private readonly int _depth;
    private readonly ulong _sets;
    private int _distinct;

    /// <param name="slots">Pages that the shared list holds; at most the ways of the smallest TLB.</param>
    /// <param name="sets">Sets of the TLBs: 1 for fully associative ones.</param>
    /// <param name="ways">Ways of the largest TLB.</param>
    public LruStack(int slots, int sets, int ways)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sets);
        ArgumentOutOfRangeException.ThrowIfLessThan(ways, slots);
        _recent = new ulong[slots];
        Array.Fill(_recent, Empty);
        _depth = ways;
        _sets = (ulong)sets;
        _older = new ulong[sets * ways];
        _count = new int[sets];
    }

    /// <summary>Accesses the entry of a page that has just taken a slot of the shared list.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="key">The entry that translates the page; its bits from 6 up select the set.</param>
    /// <returns>
    /// Number of other entries of its set that were used since its last use; at least the largest TLB's ways for a new
    /// entry.
    /// </returns>
    public int Access(int slot, ulong key)
    {
        ulong old = _recent[slot];
        if (old == key)
            return 0;
        bool isRecent = _recent.AsSpan().Contains(key);
        int depth = isRecent ? 0 : TakeFromOlder(key);
        _recent[slot] = key;
        if (!isRecent)
            _distinct++;
        if (old != Empty && !_recent.AsSpan().Contains(old))
        {
            _distinct--;
            PutOnOlder(old);
        }

        return depth;
    }

    private int SetOf(ulong key) => _sets == 1 ? 0 : (int)((key >> 6) % _sets);

    private int TakeFromOlder(ulong key)
    {
        int set = SetOf(key);
        var older = _older.AsSpan(set * _depth, _count[set]);
        int at = older.IndexOf(key);
        if (at < 0)
            return _depth;
        older[(at + 1)..].CopyTo(older[at..]);
        _count[set]--;
        return at + (_sets == 1 ? _distinct : DistinctIn(set));
    }

    private void PutOnOlder(ulong key)
    {
        int set = SetOf(key);
        int count = Math.Min(_count[set] + 1, _depth);
        var older = _older.AsSpan(set * _depth, count);
        // The last entry may drop out: it lies below every TLB's depth and can only sink.
        older[..^1].CopyTo(older[1..]);
        older[0] = key;
        _count[set] = count;
    }

    private int DistinctIn(int set)
    {
        int distinct = 0;
        for (int i = 0; i < _recent.Length; i++)
        {
            ulong key = _recent[i];
            if (key != Empty && SetOf(key) == set && !_recent.AsSpan(0, i).Contains(key))
                distinct++;
        }

        return distinct;
    }
}
