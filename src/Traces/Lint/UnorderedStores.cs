using System.Runtime.InteropServices;
using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Stores to pages outside every tree that replace a word with bit 0 set. A walk that comes through a later store of a
/// table descriptor may still read the old word, unless something orders the two stores: a DSB of the CPU that made the
/// first, a lock that this CPU gave back and a CPU took since, or, where one CPU makes both, a release at the second.
/// </summary>
/// <param name="most">The number of old words that are kept at most.</param>
internal sealed class UnorderedStores(long most)
{
    /// <summary>A store that may be seen late.</summary>
    /// <param name="Old">What it has replaced.</param>
    public readonly record struct Store(int Word, ulong Old, int Writer, LintedEvent Event);

    private readonly Dictionary<LintedPage, PageStores> _ofPage = [];

    // The last event of each CPU that orders its stores: a DSB, a DSB for the CPU alone (NSH), and the return of a lock
    // that a CPU has taken since.
    private readonly Dictionary<int, long> _ordered = [];
    private readonly Dictionary<int, long> _orderedOwn = [];
    private readonly Dictionary<int, long> _orderedByLock = [];
    private readonly Dictionary<ulong, (int Cpu, long At)> _unlocked = [];
    private long _count;
    private long _dsbs;

    /// <summary>A CPU is about to write a word of a page that is no table; it still holds the old value.</summary>
    /// <exception cref="LintLimitException">More old words may be read than are kept.</exception>
    public void Add(int cpu, LintedPage page, int word, ulong value, LintedEvent at)
    {
        // Most words were 0, and of those nothing is kept.
        ulong old = page[word];
        if ((old & 1) != 0 && old != value)
            Keep(page, new(word, old, cpu, at));
    }

    /// <summary>A table leaves its trees while a walk may still read what a store to it has replaced.</summary>
    /// <exception cref="LintLimitException">More old words may be read than are kept.</exception>
    public void Add(StaleValue old)
    {
        if ((old.Value & 1) != 0)
            Keep(old.Page, new(old.Word, old.Value, old.Writer, old.ReplacedAt));
    }

    /// <summary>A DSB of a CPU orders its stores, unless it waits for loads alone.</summary>
    public void Dsb(int cpu, DsbKind kind, LintedEvent at)
    {
        if (kind.Accesses() == BarrierAccesses.Loads)
            return;
        (kind.ReachesOtherCpus() ? _ordered : _orderedOwn)[cpu] = at.At;
        _dsbs++;
    }

    /// <summary>A CPU gives back a lock, which releases what it has stored.</summary>
    public void Unlock(ulong address, int cpu, LintedEvent at)
    {
        if (_count > 0)
            _unlocked[address] = (cpu, at.At);
    }

    /// <summary>A CPU takes a lock, and what it stores from now on follows the stores of the CPU that had it.</summary>
    public void Lock(ulong address)
    {
        if (_unlocked.Remove(address, out var before))
            _orderedByLock[before.Cpu] = Math.Max(before.At, _orderedByLock.GetValueOrDefault(before.Cpu));
    }

    /// <summary>
    /// The stores to a page that no DSB has ordered for every CPU. A walk that reaches the page through a descriptor
    /// that has led to it all along may read what they replaced: a release or a lock orders nothing for it.
    /// </summary>
    public IReadOnlyList<Store> Late(LintedPage page) =>
        _ofPage.TryGetValue(page, out var stores) ? stores.That(s => !HasDsb(s)) : [];

    /// <summary>Whether a CPU has taken a lock that the CPU of a store gave back after it.</summary>
    public bool IsHandedOver(in Store store) => store.Event.At < _orderedByLock.GetValueOrDefault(store.Writer);

    /// <summary>Whether a DSB NSH has followed a store, so that walks of its CPU read the new word.</summary>
    public bool HasOwnDsb(in Store store) => store.Event.At < _orderedOwn.GetValueOrDefault(store.Writer);

    /// <summary>
    /// A page becomes a table. The stores to it of which a walk may read what they replaced; they are kept no longer.
    /// </summary>
    /// <param name="linker">The CPU whose store links the page.</param>
    /// <param name="release">That store is a release.</param>
    public IReadOnlyList<Store> Take(LintedPage page, int linker, bool release)
    {
        Remove(page, out var stores);
        return stores?.That(s => !(HasDsb(s) || IsHandedOver(s) || (release && s.Writer == linker))) ?? [];
    }

    /// <summary>What a page has held is not known any more.</summary>
    public void Forget(LintedPage page) => Remove(page, out _);

    private void Keep(LintedPage page, Store store)
    {
        ref var stores = ref CollectionsMarshal.GetValueRefOrAddDefault(_ofPage, page, out _);
        stores ??= new();
        // A DSB of a CPU orders every store of it that is kept by then.
        int before = stores.Count;
        if (stores.PrunedAt != _dsbs)
            stores.Prune(_dsbs, _ordered);
        stores.Add(store);
        _count += stores.Count - before;
        if (_count > most)
            throw new LintLimitException($"{most} old words of pages that a walk may still read");
    }

    private bool HasDsb(in Store store) => store.Event.At < _ordered.GetValueOrDefault(store.Writer);

    private void Remove(LintedPage page, out PageStores? stores)
    {
        if (_ofPage.Remove(page, out stores))
            _count -= stores.Count;
    }
}
