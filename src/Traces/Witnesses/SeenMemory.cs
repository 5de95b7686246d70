using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// Memory as a walk may see it: a store is seen from the moment it is made, or as late as at the DSB that follows it on
/// its CPU.
/// </summary>
internal sealed class SeenMemory(int maxPages)
{
    private readonly LintedMemory _memory = new(maxPages);

    // What stores have replaced that no DSB of their CPU has followed: the oldest word of each address.
    private readonly Dictionary<ulong, (ulong Old, int Cpu)> _late = [];

    /// <summary>The newest word.</summary>
    public ulong this[ulong address] => _memory.Find(address) is { } page ? page[WordOf(address)] : 0;

    /// <summary>Whether a walk may read an older word at an address.</summary>
    public bool IsLate(ulong address) => _late.ContainsKey(address);

    /// <summary>The oldest word that a walk may read.</summary>
    public ulong Oldest(ulong address) => _late.TryGetValue(address, out var late) ? late.Old : this[address];

    /// <summary>A CPU stores a word.</summary>
    public void Store(int cpu, ulong address, ulong value)
    {
        ulong old = this[address];
        if (old == value)
            return;
        _late.TryAdd(address, (old, cpu));
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
            if (late.Cpu == cpu)
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
