using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Order;

/// <summary>
/// Finds accesses of one CPU that the machine performs in program order although Arm's model permits another order.
/// Where a test has such accesses, a state that the machine does not reach may be reachable on hardware. Ordered are
/// accesses with a barrier, an acquire or release, or a dependency between them, directly or through other accesses
/// (dependency-ordered-before and barrier-ordered-before of aarch64.cat). Branches are taken as they are written.
/// </summary>
internal sealed class AccessOrder
{
    private readonly List<Access> _accesses = [];
    private readonly RegisterSources _sources;

    // Accesses that are ordered before every later access, before every later store, and before what follows an ISB.
    private readonly HashSet<int> _beforeAll = [];
    private readonly HashSet<int> _beforeStores = [];
    private readonly HashSet<int> _beforeIsb = [];

    private AccessOrder(RegisterSources sources) => _sources = sources;

    /// <summary>A sentence that names the first two such accesses; null where the test has none.</summary>
    public static string? FirstUnordered(LitmusTest test)
    {
        for (int cpu = 0; cpu < test.Programs.Length; cpu++)
        {
            var order = new AccessOrder(new RegisterSources(test, cpu));
            if (order.FirstUnordered(test.Programs[cpu], test.JudgesConflicts) is var (first, second))
                return $"P{cpu} performs {first.Text} (line {first.Line}) and {second.Text} (line {second.Line}) in " +
                    "this order, but Arm may permit the other order: more states may be reachable";
        }

        return null;
    }

    private (Instruction First, Instruction Second)? FirstUnordered(
        ImmutableArray<Instruction> program, bool buffersStores)
    {
        foreach (var instruction in program)
        {
            if (Follow(instruction) && Overtaken(buffersStores) is { } first)
                return (first.Instruction, instruction);
        }

        return null;
    }

    // True for an access.
    private bool Follow(Instruction instruction)
    {
        switch (instruction)
        {
            case AccessInstruction access:
                bool loads = access.Kind == AccessKind.Load;
                Add(new(access, loads, !loads, access.Acquires, Releases: !loads && access.Ordered)
                {
                    WaitsForReleases = loads && access.Ordered,
                    Address = _sources.Address(access.Base, access.Index),
                }, _sources.Of(access.Base).Union(_sources.Of(access.Index.Register)),
                    loads ? [] : _sources.Of(access.Data));
                if (loads)
                    _sources.Assign(access.Data, [_accesses.Count - 1]);
                return true;
            case AtomicInstruction atomic:
                Add(new(atomic, Loads: true, Stores: true, atomic.Acquires, atomic.Release)
                {
                    WaitsForReleases = atomic.Acquires,
                    Address = _sources.Address(atomic.Base, default),
                }, _sources.Of(atomic.Base), _sources.Of(atomic.Source));
                _sources.Assign(atomic.Target, [_accesses.Count - 1]);
                return true;
            case CompareSwapInstruction swap:
                Add(new(swap, Loads: true, Stores: true, swap.Acquires, swap.Release)
                {
                    WaitsForReleases = swap.Acquires,
                    Address = _sources.Address(swap.Base, default),
                }, _sources.Of(swap.Base), _sources.Of(swap.Source).Union(_sources.Of(swap.Compared)));
                _sources.Assign(swap.Compared, [_accesses.Count - 1]);
                return true;
            case LoadExclusiveInstruction load:
                Add(new(load, Loads: true, Stores: false, load.Acquires, Releases: false)
                {
                    WaitsForReleases = load.Acquires,
                    Address = _sources.Address(load.Base, default),
                }, _sources.Of(load.Base), []);
                _sources.Assign(load.Target, [_accesses.Count - 1]);
                return true;
            case StoreExclusiveInstruction store:
                Add(new(store, Loads: false, Stores: true, Acquires: false, store.Release)
                {
                    Address = _sources.Address(store.Base, default),
                }, _sources.Of(store.Base), _sources.Of(store.Source));
                _sources.Assign(store.Status, []);
                return true;
            case BranchInstruction { Condition: not null }:
                Branch(_sources.Compared);
                return false;
            case CompareBranchInstruction branch:
                Branch(_sources.Of(branch.Register));
                return false;
            case DmbInstruction dmb:
                Order(dmb.Accesses, isDsb: false);
                return false;
            case DsbInstruction dsb:
                Order(dsb.Accesses, isDsb: true);
                return false;
            case IsbInstruction:
                _beforeAll.UnionWith(_beforeIsb);
                return false;
            default:
                _sources.Follow(instruction);
                return false;
        }
    }

    private void Add(Access access, ImmutableHashSet<int> address, ImmutableHashSet<int> data)
    {
        var direct = address.Union(data).Union(_beforeAll);
        if (access.Stores)
            direct = direct.Union(_beforeStores);
        if (access.Releases)
            direct = direct.Union(Enumerable.Range(0, _accesses.Count));
        if (access.WaitsForReleases)
            direct = direct.Union(Indices(a => a.Releases));
        _accesses.Add(access with { After = direct.Union(direct.SelectMany(i => _accesses[i].After)) });
        // A store waits until the addresses of all accesses before it are known (addr; po; [W]).
        _beforeStores.UnionWith(address);
        _beforeIsb.UnionWith(address);
        if (access.Acquires)
            _beforeAll.Add(_accesses.Count - 1);
    }

    private void Branch(ImmutableHashSet<int> condition)
    {
        _beforeStores.UnionWith(condition);
        _beforeIsb.UnionWith(condition);
    }

    // DMB ST keeps only later stores behind earlier ones; the other barriers keep every later access.
    private void Order(BarrierAccesses accesses, bool isDsb)
    {
        var later = accesses == BarrierAccesses.Stores && !isDsb ? _beforeStores : _beforeAll;
        later.UnionWith(Indices(a => accesses switch
        {
            BarrierAccesses.Loads => a.Loads,
            BarrierAccesses.Stores => a.Stores,
            _ => true,
        }));
    }

    // The last access that the newest one may overtake; null for none. Buffers already let stores be overtaken, and
    // coherence keeps two accesses of one address in order if one of them is a store.
    private Access? Overtaken(bool buffersStores)
    {
        int newest = _accesses.Count - 1;
        var access = _accesses[newest];
        int overtaken = Enumerable.Range(0, newest).LastOrDefault(
            i => _accesses[i] is var earlier
                && !access.After.Contains(i) && (earlier.Loads || !buffersStores)
                && !(earlier.Address == access.Address && (earlier.Stores || access.Stores)),
            -1);
        return overtaken < 0 ? null : _accesses[overtaken];
    }

    private IEnumerable<int> Indices(Func<Access, bool> predicate) =>
        Enumerable.Range(0, _accesses.Count).Where(i => predicate(_accesses[i]));

    /// <param name="Acquires">LDAR, LDAPR and atomics with acquire.</param>
    /// <param name="Releases">STLR and atomics with release.</param>
    private sealed record Access(Instruction Instruction, bool Loads, bool Stores, bool Acquires, bool Releases)
    {
        /// <summary>Equal for accesses of one address.</summary>
        public required string Address { get; init; }

        /// <summary>Whether it is performed after every earlier release, as LDAR is and LDAPR is not.</summary>
        public bool WaitsForReleases { get; init; }

        /// <summary>The accesses that are performed before this one.</summary>
        public ImmutableHashSet<int> After { get; init; } = [];
    }
}
