namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// Which stores are seen before a later one: those of its CPU before a release, and those of a CPU that gave a lock
/// back before its next owner took it.
/// </summary>
internal sealed class StoreOrders
{
    // By CPU, and by lock: the last store of each CPU that is seen before.
    private readonly Dictionary<int, IReadOnlyDictionary<int, long>> _taken = [];
    private readonly Dictionary<ulong, IReadOnlyDictionary<int, long>> _locks = [];

    /// <summary>What is seen before a store of a CPU; null for nothing.</summary>
    /// <param name="last">For a release, the number of the last store before it.</param>
    public IReadOnlyDictionary<int, long>? Before(int cpu, long? last)
    {
        var taken = _taken.GetValueOrDefault(cpu);
        return last is { } release ? With(taken, cpu, release) : taken;
    }

    /// <summary>A CPU gives a lock back.</summary>
    /// <param name="last">The number of the last store.</param>
    public void Give(int cpu, ulong address, long last) =>
        _locks[address] = With(_taken.GetValueOrDefault(cpu), cpu, last);

    /// <summary>A CPU takes a lock.</summary>
    public void Take(int cpu, ulong address)
    {
        if (!_locks.TryGetValue(address, out var given))
            return;
        IReadOnlyDictionary<int, long>? all = _taken.GetValueOrDefault(cpu);
        foreach (var (other, last) in given)
        {
            if (other != cpu)
                all = With(all, other, Math.Max(last, all?.GetValueOrDefault(other) ?? 0));
        }

        if (all is not null)
            _taken[cpu] = all;
    }

    private static Dictionary<int, long> With(IReadOnlyDictionary<int, long>? known, int cpu, long last) =>
        new(known ?? new Dictionary<int, long>()) { [cpu] = last };
}
