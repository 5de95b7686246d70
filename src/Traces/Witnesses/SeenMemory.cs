using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// Memory as a walk may see it: a store is seen from the moment it is made, or as late as at the DSB that follows it on
/// its CPU. A DSB NSH makes it seen by walks of this CPU alone.
/// </summary>
internal sealed class SeenMemory(int maxPages)
{
    private readonly LintedMemory _memory = new(maxPages);

    // Of more words the oldest and the newest are kept.
    private const int MostWords = 16;

    // By address, the oldest word first.
    private readonly Dictionary<ulong, List<LateStore>> _late = [];
    private readonly StoreOrders _orders = new();
    private long _stores;

    /// <summary>The newest word.</summary>
    public ulong this[ulong address] => _memory.Find(address) is { } page ? page[WordOf(address)] : 0;

    /// <summary>The words that a walk of a CPU may read at an address, the newest first.</summary>
    /// <param name="order">What the walk has read before.</param>
    public IEnumerable<SeenWord> Words(int cpu, ulong address, ReadOrder? order)
    {
        if (!_late.TryGetValue(address, out var late))
            return [new(this[address], null, null)];
        return Several();

        IEnumerable<SeenWord> Several()
        {
            yield return new(this[address], null, late[^1]);
            for (int i = late.Count - 1; i >= 0 && !IsSeen(late[i]); i--)
                yield return new(late[i].Old, late[i], i > 0 ? late[i - 1] : null);
        }

        bool IsSeen(LateStore store) => store.SeenBy.Contains(cpu) || order?.Has(store) == true;
    }

    /// <summary>A CPU takes a lock, or gives it back. Its stores are seen before those of the next owner.</summary>
    public void Lock(int cpu, ulong address, bool takes)
    {
        if (takes)
            _orders.Take(cpu, address);
        else
            _orders.Give(cpu, address, _stores);
    }

    /// <summary>A CPU stores a word.</summary>
    /// <param name="happened">The event.</param>
    public void Store(int cpu, ulong address, ulong value, bool release, LintedEvent happened)
    {
        ulong old = this[address];
        if (old == value)
            return;
        if (!_late.TryGetValue(address, out var late))
            _late[address] = late = [];
        if (late.Count == MostWords)
            late.RemoveAt(1);
        late.Add(new(old, cpu, address, ++_stores, happened, _orders.Before(cpu, release ? _stores : null)));
        _memory.Get(address)[WordOf(address)] = value;
    }

    /// <summary>A CPU fills memory with one value; only whole words are.</summary>
    /// <param name="touch">Receives the address of each word that changes, and says whether the change matters.</param>
    /// <returns>Whether any change matters.</returns>
    /// <param name="happened">The event.</param>
    public bool Fill(int cpu, ulong address, ulong size, ulong value, LintedEvent happened, Func<ulong, bool> touch)
    {
        bool matters = false;
        foreach (var page in PagesOf(address, size, known: value == 0))
        {
            ulong first = Math.Max(page.Address, address), last = Math.Min(page.Address + (LintedPage.Size - 8),
                address + (size - 1));
            for (ulong at = first & ~7UL; at <= last; at += 8)
            {
                if (page[WordOf(at)] == value)
                    continue;
                matters |= touch(at);
                Store(cpu, at, value, release: false, happened);
            }
        }

        return matters;
    }

    /// <summary>A DSB that waits for stores makes those of its CPU seen.</summary>
    public void Dsb(int cpu, DsbKind kind)
    {
        if (_late.Count == 0 || kind.Accesses() == BarrierAccesses.Loads)
            return;
        foreach (var (address, late) in _late)
        {
            // What an earlier store has replaced is gone with it.
            int count = late.FindLastIndex(l => l.Cpu == cpu) + 1;
            if (!kind.ReachesOtherCpus())
            {
                foreach (var own in late.Take(count))
                    own.SeenBy.Add(cpu);
                continue;
            }

            late.RemoveRange(0, count);
            if (late.Count == 0)
                _late.Remove(address);
        }
    }

    private IEnumerable<LintedPage> PagesOf(ulong address, ulong size, bool known)
    {
        if (known)
        {
            foreach (var page in _memory.In(address, size))
                yield return page;
            yield break;
        }

        ulong first = address & ~(LintedPage.Size - 1);
        for (ulong at = first; at - first < size + (address - first); at += LintedPage.Size)
            yield return _memory.Get(at);
    }

    private static int WordOf(ulong address) => (int)(address >> 3) & (LintedPage.Words - 1);
}
