using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The trees whose entries each CPU may hold: from the write of a register that points to the tree until another root
/// is in effect (ISB) and, after that, a TLBI for everything is complete.
/// </summary>
internal sealed class LintedHolders
{
    private sealed class Cpu
    {
        public Dictionary<CasemateRegister, ulong> Current { get; } = [];

        /// <summary>Roots that may be walked: the current ones, and older ones until an ISB (I_RBMTM).</summary>
        public HashSet<ulong> Walked { get; } = [];

        /// <summary>Roots of the trees whose entries the CPU may hold.</summary>
        public HashSet<ulong> Held { get; } = [];

        /// <summary>The registers through which the CPU came to hold each tree.</summary>
        public HashSet<(CasemateRegister Register, ulong Root)> Through { get; } = [];

        /// <summary>Trees that a TLBI has dropped and no DSB of its issuer has completed.</summary>
        public List<(int Issuer, bool Broadcast, ulong Root)> Dropped { get; } = [];
    }

    private readonly SortedDictionary<int, Cpu> _cpus = [];
    private readonly Dictionary<ulong, CasemateRegime> _regimes = [];
    private bool _drops;

    public void Write(int cpu, CasemateRegister register, ulong root)
    {
        var state = Of(cpu);
        _regimes[root] = LintedRoots.RegimeOf(register);
        state.Current[register] = root;
        state.Walked.Add(root);
        state.Held.Add(root);
        state.Through.Add((register, root));
        state.Dropped.RemoveAll(d => d.Root == root);
    }

    public void Isb(int cpu)
    {
        var state = Of(cpu);
        state.Walked.Clear();
        state.Walked.UnionWith(state.Current.Values);
    }

    public void Tlbi(int cpu, in LintedTlbi operation)
    {
        if (operation.ByAddress || operation.ByAsid)
            return;
        foreach (var (number, state) in _cpus)
        {
            if (number != cpu && !operation.Broadcast)
                continue;
            foreach (ulong root in state.Held)
            {
                if (!state.Walked.Contains(root) && Removes(operation, _regimes[root])
                    && !state.Dropped.Contains((cpu, operation.Broadcast, root)))
                    state.Dropped.Add((cpu, operation.Broadcast, root));
            }

            _drops |= state.Dropped.Count > 0;
        }
    }

    /// <summary>A DSB of a CPU completes the TLBIs that this CPU issued before it.</summary>
    public void Dsb(int cpu, DsbKind kind)
    {
        // Nearly always no TLBI has dropped a tree.
        if (!_drops)
            return;
        _drops = false;
        foreach (var state in _cpus.Values)
        {
            for (int i = state.Dropped.Count - 1; i >= 0; i--)
            {
                var dropped = state.Dropped[i];
                if (dropped.Issuer != cpu || !kind.Completes(dropped.Broadcast))
                    continue;
                state.Held.Remove(dropped.Root);
                state.Through.RemoveWhere(t => t.Root == dropped.Root);
                state.Dropped.RemoveAt(i);
            }

            _drops |= state.Dropped.Count > 0;
        }
    }

    /// <summary>The roots of the trees that a CPU may hold through a register.</summary>
    public IEnumerable<ulong> HeldThrough(int cpu, CasemateRegister register) =>
        Of(cpu).Through.Where(t => t.Register == register).Select(t => t.Root);

    /// <summary>The CPUs that may hold a tree of one of these roots, ascending.</summary>
    public IEnumerable<int> Of(IReadOnlyList<ulong> roots)
    {
        foreach (var (cpu, state) in _cpus)
        {
            for (int i = 0; i < roots.Count; i++)
            {
                if (!state.Held.Contains(roots[i]))
                    continue;
                yield return cpu;
                break;
            }
        }
    }

    /// <summary>
    /// The CPU of the lowest level among those that may hold a tree of one of these roots. Among equals, a CPU other
    /// than the writer comes first.
    /// </summary>
    public int? Weakest(IReadOnlyList<ulong> roots, int writer, Func<int, BbmLevel> level)
    {
        int? found = null;
        foreach (int cpu in Of(roots))
        {
            if (found is not { } best || level(cpu) < level(best) || (level(cpu) == level(best) && best == writer))
                found = cpu;
        }

        return found;
    }

    // A stage 2 tree that a CPU has left has another VMID than the current one.
    private static bool Removes(in LintedTlbi operation, CasemateRegime regime) =>
        operation.Reaches(regime) && (regime != CasemateRegime.Stage2 || operation.AllVmids);

    private Cpu Of(int cpu)
    {
        if (!_cpus.TryGetValue(cpu, out var state))
            _cpus[cpu] = state = new();
        return state;
    }
}
