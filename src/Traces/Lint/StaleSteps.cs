using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The steps by which old values of descriptors leave every TLB (R_DDMVT): a DSB of the CPU that replaced the value; a
/// TLBI that names it, of that CPU or of another that has had a DSB since; a DSB of the TLBI's CPU. A local TLBI
/// counts for its own CPU. A value of stage 2 needs a second TLBI after the DSB, unless the first reaches both stages.
/// </summary>
internal sealed class StaleSteps(StaleIndex stale, LintedHolders holders)
{
    private sealed class Cpu
    {
        /// <summary>Values that wait for a DSB of this CPU, which replaced them.</summary>
        public List<StaleValue> Fresh { get; } = [];

        /// <summary>Values that have had a DSB NSH and wait for one of a wider domain.</summary>
        public HashSet<StaleValue> Own { get; } = [];

        public long LastDsb { get; set; } = -1;

        public Pending Local { get; } = new();

        public Pending Broadcast { get; } = new();
    }

    /// <summary>Values that TLBIs have named and no DSB has completed, each with its generation.</summary>
    private sealed class Pending
    {
        public Dictionary<StaleValue, int> Named { get; } = [];

        public Dictionary<StaleValue, int> Stage2Named { get; } = [];

        public Dictionary<StaleValue, int> Stage2Complete { get; } = [];
    }

    private readonly Dictionary<int, Cpu> _cpus = [];
    private readonly List<StaleValue> _moved = [];
    private long _events;

    /// <summary>Receives each value that no CPU has cached any more.</summary>
    public required Action<StaleValue> Cleaned { get; init; }

    /// <summary>A CPU has replaced a value.</summary>
    public void Replace(int cpu, StaleValue value)
    {
        bool waits = value.Waits && value.Writer == cpu && value.Order == StoreOrder.None;
        value.Generation++;
        (value.Writer, value.Order, value.Waits) = (cpu, StoreOrder.None, true);
        (value.DroppedBy, value.Asids, value.NamedBelow) = (null, null, null);
        if (!waits)
            Of(cpu).Fresh.Add(value);
    }

    /// <summary>Whether a CPU may have the value cached.</summary>
    public bool MayBeCached(StaleValue value) =>
        value.DroppedBy is not { } dropped || holders.Of(value.Roots).Any(cpu => !dropped.Contains(cpu));

    public void Dsb(int cpu, DsbKind kind)
    {
        var state = Of(cpu);
        _events++;
        if (kind.Completes(broadcast: true))
        {
            Complete(state.Broadcast.Named, Clean);
            foreach (var value in state.Broadcast.Stage2Named)
                state.Broadcast.Stage2Complete[value.Key] = value.Value;
            state.Broadcast.Stage2Named.Clear();
        }

        if (kind.Completes(broadcast: false))
        {
            Complete(state.Local.Named, value => Drop(value, cpu));
            foreach (var value in state.Local.Stage2Named)
                state.Local.Stage2Complete[value.Key] = value.Value;
            state.Local.Stage2Named.Clear();
        }

        state.LastDsb = _events;
        if (kind.Accesses() == BarrierAccesses.Loads)
            return;
        bool own = kind is DsbKind.Nsh or DsbKind.Nshst;
        Order(cpu, state.Fresh, own);
        if (own)
            state.Own.UnionWith(state.Fresh.Where(v => !v.IsClean && v.Order == StoreOrder.Own && v.Writer == cpu));
        else
            Order(cpu, state.Own, own);
        state.Fresh.Clear();
        if (!own)
            state.Own.Clear();
    }

    /// <summary>A TLBI of a CPU.</summary>
    /// <param name="reach">Decides what the TLBI names.</param>
    public void Tlbi(int cpu, in LintedTlbi operation, ulong value, TlbiReach reach)
    {
        var (first, length) = reach.Begin(operation, value, cpu);
        var state = Of(cpu);
        var pending = operation.Broadcast ? state.Broadcast : state.Local;
        if (operation.Combined)
        {
            foreach (var (complete, generation) in pending.Stage2Complete.ToList())
            {
                if (complete.Generation == generation && !reach.Names(complete))
                    continue;
                pending.Stage2Complete.Remove(complete);
                if (complete.Generation == generation)
                    pending.Named[complete] = generation;
            }
        }

        foreach (var near in stale.Near(operation, first, length))
        {
            if (!operation.Reaches(near.Regime) || !IsOrdered(near, cpu, state.LastDsb) || !reach.Names(near))
                continue;
            // Entries that combine both stages need a second operation, unless this one reaches both.
            bool once = near.Regime != CasemateRegime.Stage2 || operation.Combined;
            (once ? pending.Named : pending.Stage2Named)[near] = near.Generation;
        }
    }

    /// <summary>
    /// Before a CPU takes up a tree that no CPU holds: every ordered change of it is clean, since nothing of it can be
    /// cached.
    /// </summary>
    public void TakeUp(ulong root)
    {
        if (holders.Of([root]).Any())
            return;
        foreach (var value in stale.All())
        {
            if (value.Order == StoreOrder.All && value.Roots.Contains(root) && !holders.Of(value.Roots).Any())
                Clean(value);
        }
    }

    // The writer's TLBI follows its own DSB. Another CPU's follows only after a DSB of its own.
    private bool IsOrdered(StaleValue value, int cpu, long lastDsb) => value.Order switch
    {
        StoreOrder.All => cpu == value.Writer || lastDsb > value.OrderedAt,
        StoreOrder.Own => cpu == value.Writer && holders.Of(value.Roots).All(holder => holder == cpu),
        _ => false,
    };

    private void Order(int cpu, IEnumerable<StaleValue> values, bool own)
    {
        foreach (var value in values)
        {
            if (value.IsClean || value.Writer != cpu)
                continue;
            value.Waits = false;
            (value.Order, value.OrderedAt) = (own ? StoreOrder.Own : StoreOrder.All, _events);
        }
    }

    private void Complete(Dictionary<StaleValue, int> named, Action<StaleValue> done)
    {
        if (named.Count == 0)
            return;
        _moved.Clear();
        foreach (var (value, generation) in named)
        {
            if (!value.IsClean && value.Generation == generation)
                _moved.Add(value);
        }

        named.Clear();
        foreach (var value in _moved)
            done(value);
    }

    private void Drop(StaleValue value, int cpu)
    {
        (value.DroppedBy ??= []).Add(cpu);
        if (!MayBeCached(value))
            Clean(value);
    }

    private void Clean(StaleValue value)
    {
        if (value.IsClean)
            return;
        stale.Remove(value);
        Of(value.Writer).Own.Remove(value);
        Cleaned(value);
    }

    private Cpu Of(int cpu)
    {
        if (!_cpus.TryGetValue(cpu, out var state))
            _cpus[cpu] = state = new();
        return state;
    }
}
