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

    // What a store has replaced that no DSB of its CPU for other CPUs has followed.
    private sealed record Late(ulong Old, int Cpu, long Store)
    {
        // The CPUs whose walks see the store.
        public HashSet<int> SeenBy { get; } = [];
    }

    // By address, the oldest word first.
    private readonly Dictionary<ulong, List<Late>> _late = [];
    private long _stores;

    /// <summary>The newest word.</summary>
    public ulong this[ulong address] => _memory.Find(address) is { } page ? page[WordOf(address)] : 0;

    /// <summary>The word that a walk of a CPU reads that sees neither a store nor those behind it.</summary>
    /// <param name="store">The store, as <see cref="StoresTo"/> numbers it.</param>
    public ulong Before(int cpu, ulong address, long store)
    {
        foreach (var late in _late.GetValueOrDefault(address) ?? [])
        {
            if (late.Store >= store && !late.SeenBy.Contains(cpu))
                return late.Old;
        }

        return this[address];
    }

    /// <summary>The stores to some addresses that a walk of a CPU may not see yet, in their order.</summary>
    public IReadOnlyList<long> StoresTo(int cpu, IEnumerable<ulong> addresses) =>
    [
        .. addresses.SelectMany(a => _late.GetValueOrDefault(a) ?? []).Where(late => !late.SeenBy.Contains(cpu))
            .Select(late => late.Store).Order(),
    ];

    /// <summary>A CPU stores a word.</summary>
    public void Store(int cpu, ulong address, ulong value)
    {
        ulong old = this[address];
        if (old == value)
            return;
        if (!_late.TryGetValue(address, out var late))
            _late[address] = late = [];
        if (late.Count == MostWords)
            late.RemoveAt(1);
        late.Add(new(old, cpu, ++_stores));
        _memory.Get(address)[WordOf(address)] = value;
    }

    /// <summary>A CPU fills memory with one value; only whole words are.</summary>
    /// <param name="touch">Receives the address of each word that changes, and says whether the change matters.</param>
    /// <returns>Whether any change matters.</returns>
    public bool Fill(int cpu, ulong address, ulong size, ulong value, Func<ulong, bool> touch)
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
                Store(cpu, at, value);
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
