using System.Collections.Immutable;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>The exchange of a block's two watched pages: the bits of entries and stores that it exchanges.</summary>
internal sealed class PageSwap
{
    private readonly ImmutableArray<(int A, int B)> _entries;
    private readonly ImmutableArray<(int A, int B)> _stores;

    private PageSwap(ImmutableArray<(int A, int B)> entries, ImmutableArray<(int A, int B)> stores) =>
        (_entries, _stores) = (entries, stores);

    /// <summary>The exchange in a range; null if the protocol distinguishes the two pages.</summary>
    public static PageSwap? Of(MachineModel model, RepaintRange range)
    {
        var first = new WatchedWord(range, 0);
        var second = new WatchedWord(range, 1);
        var entries = Pairs(
            model.Universe.Entries.Where(e => IsPage(e.Word, range)).ToList(), (a, b) => a.Content == b.Content
            && IsOtherPage(a.Word, b.Word)
            && (a.Entry.Members == UInt128.MaxValue || Covered(a) == OtherPage(Covered(b))));
        var stores = Pairs(model.Stores.Where(s => IsPage(s.Word, range)).ToList(), (a, b) => a.Content == b.Content
            && IsOtherPage(a.Word, b.Word) && IssuedAt(model, a) == IssuedAt(model, b));
        if (entries is null || stores is null || entries.Count == 0 || HasAccess(model, range)
            || model.Scene.Initial[first] != model.Scene.Initial[second]
            || model.Scene.Intended[first] != model.Scene.Intended[second])
        {
            return null;
        }

        var swap = new PageSwap(
            [.. entries.Select(p => (p.A.Index, p.B.Index))], [.. stores.Select(p => (p.A.Index, p.B.Index))]);
        return model.Kinds.All(k => Enumerable.Range(0, k.Program.Length).All(i => swap.Keeps(k.Scope(i))))
            && swap.Keeps(model.Flushed) ? swap : null;
    }

    public void Apply(ref ToyState state)
    {
        state.Memory = Swap(state.Memory, _stores);
        foreach (ref var cpu in state.Cpus)
        {
            cpu.MaySet = Swap(cpu.MaySet, _entries);
            cpu.MaySetAfterLocal = Swap(cpu.MaySetAfterLocal, _entries);
            cpu.MaySetAfterBroadcast = Swap(cpu.MaySetAfterBroadcast, _entries);
            cpu.UsableUntilIsb = Swap(cpu.UsableUntilIsb, _entries);
        }
    }

    private static bool HasAccess(MachineModel model, RepaintRange range) =>
        model.Kinds.Any(k => k.Accesses?.Any(a => a?.Step.Range == range) == true);

    private bool Keeps(uint entries) => Swap(entries, _entries) == entries;

    private static bool IsPage(WatchedWord? word, RepaintRange range) =>
        word is { IsPmd: false } page && page.Range == range;

    private static bool IsOtherPage(WatchedWord? a, WatchedWord? b) => a != b && a?.Second == b?.Second;

    private static int Covered(WatchedEntry entry) => (int)UInt128.TrailingZeroCount(entry.Entry.Members);

    private static int OtherPage(int page) => 1 - page;

    private static int IssuedAt(MachineModel model, DescriptorStore store) =>
        model.IssuedBefore.TakeWhile(i => (i & store.Bit) == 0).Count();

    // Null if an item has no partner.
    private static List<(T A, T B)>? Pairs<T>(List<T> items, Func<T, T, bool> arePartners)
    {
        var pairs = new List<(T, T)>();
        while (items.Count > 0)
        {
            int partner = items.FindIndex(1, i => arePartners(items[0], i));
            if (partner < 0)
                return null;
            pairs.Add((items[0], items[partner]));
            items.RemoveAt(partner);
            items.RemoveAt(0);
        }

        return pairs;
    }

    private static uint Swap(uint set, ImmutableArray<(int A, int B)> pairs)
    {
        foreach (var (a, b) in pairs)
        {
            uint difference = (set >> a ^ set >> b) & 1;
            set ^= difference << a | difference << b;
        }

        return set;
    }
}
