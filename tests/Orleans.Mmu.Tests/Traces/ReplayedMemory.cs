using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// The words that a walk of one CPU may read: the newest, and those before it that no DSB has made unreadable.
/// </summary>
internal sealed class ReplayedMemory(int walker)
{
    private sealed record Store(int Cpu, bool Release, long Number);

    // The words of an address, the oldest first; each with the store that made it.
    private readonly Dictionary<ulong, List<(ulong Word, Store? By)>> _words = [];
    private long _number;

    public ulong this[ulong address] => _words.TryGetValue(address, out var words) ? words[^1].Word : 0;

    public void Write(int cpu, ulong address, ulong value, bool release)
    {
        if (this[address] == value)
            return;
        if (!_words.TryGetValue(address, out var words))
            _words[address] = words = [(0, null)];
        words.Add((value, new(cpu, release, ++_number)));
    }

    public void Fill(int cpu, ulong address, ulong size, ulong value)
    {
        ulong last = address + (size - 1);
        var at = value == 0 ? _words.Keys.Where(a => a >= (address & ~7UL) && a <= last).ToList()
            : [.. Enumerable.Range(0, (int)(size / 8)).Select(i => address + (ulong)i * 8)];
        foreach (ulong word in at)
            Write(cpu, word, value, false);
    }

    public void Dsb(int cpu, DsbKind kind)
    {
        if (kind.Accesses() == BarrierAccesses.Loads || (!kind.ReachesOtherCpus() && cpu != walker))
            return;
        foreach (var words in _words.Values)
        {
            int last = words.FindLastIndex(w => w.By?.Cpu == cpu);
            if (last > 0)
                words.RemoveRange(0, last);
        }
    }

    /// <summary>The words at an address, the newest first, and what a walk must see that reads each.</summary>
    /// <param name="seen">By CPU, the last store that the walk must see.</param>
    public IEnumerable<(ulong Word, bool IsNewest, Dictionary<int, long> Seen)> Of(
        ulong address, Dictionary<int, long> seen)
    {
        if (!_words.TryGetValue(address, out var words))
        {
            yield return (0, true, seen);
            yield break;
        }

        for (int i = words.Count - 1; i >= 0; i--)
        {
            var by = words[i].By;
            var next = seen;
            if (by is { Release: true })
            {
                next = new(seen);
                next[by.Cpu] = Math.Max(by.Number, seen.GetValueOrDefault(by.Cpu));
            }

            yield return (words[i].Word, i == words.Count - 1, next);
            if (by is not null && seen.GetValueOrDefault(by.Cpu) >= by.Number)
                yield break;
        }
    }
}
