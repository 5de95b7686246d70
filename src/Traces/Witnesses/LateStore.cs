using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>A store that no DSB of its CPU for other CPUs has followed, so that walks need not see it.</summary>
/// <param name="Old">What it has replaced.</param>
/// <param name="Number">Its place among all stores.</param>
/// <param name="Before">
/// By CPU, the last of the stores that every walk sees which reads this one (R_SPVBD); null for none.
/// </param>
internal sealed record LateStore(
    ulong Old, int Cpu, ulong Address, long Number, LintedEvent At, IReadOnlyDictionary<int, long>? Before)
{
    /// <summary>The CPUs whose walks see the store.</summary>
    public HashSet<int> SeenBy { get; } = [];

    /// <summary>A DSB of its CPU for that CPU alone has followed.</summary>
    public bool HasOwn => SeenBy.Contains(Cpu);
}

/// <summary>A word that a walk may read.</summary>
/// <param name="Unseen">The store that has replaced it; null for the newest word.</param>
/// <param name="Made">The store that made it; null where every walk sees that one.</param>
internal readonly record struct SeenWord(ulong Word, LateStore? Unseen, LateStore? Made);

/// <summary>
/// The stores that a walk sees because of what it has read. A walk that begins at a cached table entry comes after the
/// walk that made the entry, so it sees what that one saw.
/// </summary>
internal sealed class ReadOrder
{
    private readonly Dictionary<int, long> _last = [];

    /// <summary>Whether the walk sees a store.</summary>
    public bool Has(LateStore store) => _last.TryGetValue(store.Cpu, out long last) && store.Number <= last;

    /// <summary>What walks see for certain that make an entry in one way or the other.</summary>
    public static ReadOrder? Common(ReadOrder? one, ReadOrder? other)
    {
        if (one is null || other is null)
            return null;
        var common = new ReadOrder();
        foreach (var (cpu, last) in one._last)
        {
            if (other._last.TryGetValue(cpu, out long also))
                common._last[cpu] = Math.Min(last, also);
        }

        return common;
    }

    /// <summary>What the walk sees when it has read what a store made.</summary>
    public static ReadOrder? After(ReadOrder? order, LateStore? made)
    {
        if (made?.Before is not { } before)
            return order;
        var next = new ReadOrder();
        foreach (var (cpu, last) in (order?._last ?? []).Concat(before))
            next._last[cpu] = Math.Max(last, next._last.GetValueOrDefault(cpu));
        return next;
    }
}
