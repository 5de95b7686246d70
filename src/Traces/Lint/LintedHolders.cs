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

        /// <summary>
        /// The registers through which the CPU came to hold each tree, with the shape in which it reads the tree there.
        /// </summary>
        public Dictionary<(CasemateRegister Register, ulong Root), LintedHalf> Through { get; } = [];

        /// <summary>MAIR under which trees were cached that the CPU had left when MAIR changed.</summary>
        public Dictionary<ulong, ulong> Mairs { get; } = [];

        /// <summary>The ASIDs under which the CPU may have cached the non-global entries of a tree.</summary>
        public Dictionary<ulong, HashSet<ushort>> Asids { get; } = [];

        /// <summary>Trees that a TLBI has dropped and no DSB of its issuer has completed.</summary>
        public List<(int Issuer, bool Broadcast, ulong Root)> Dropped { get; } = [];
    }

    private readonly SortedDictionary<int, Cpu> _cpus = [];
    private readonly Dictionary<ulong, CasemateRegime> _regimes = [];
    private bool _drops;

    /// <summary>A register of a CPU leads to a tree, which the CPU reads in a shape.</summary>
    public void Write(int cpu, CasemateRegister register, ulong root, LintedHalf half)
    {
        var state = Of(cpu);
        _regimes[root] = LintedRoots.RegimeOf(register);
        state.Current[register] = root;
        state.Walked.Add(root);
        state.Held.Add(root);
        state.Through[(register, root)] = half;
        state.Dropped.RemoveAll(d => d.Root == root);
    }

    /// <summary>
    /// A CPU reads a tree under an ASID. ASID 0 does not count, because traces write it where they do not record ASIDs.
    /// </summary>
    public void NoteAsid(int cpu, ulong root, ushort asid)
    {
        var asids = Of(cpu).Asids;
        if (!asids.TryGetValue(root, out var known))
            asids[root] = known = [];
        known.Add(asid);
    }

    /// <summary>
    /// The ASIDs under which CPUs may have cached the non-global entries of a tree; empty if no register that led to it
    /// had one, or no CPU holds the tree any more.
    /// </summary>
    public HashSet<ushort> AsidsOf(ulong root)
    {
        HashSet<ushort> found = [];
        foreach (var state in _cpus.Values)
        {
            if (state.Asids.TryGetValue(root, out var asids))
                found.UnionWith(asids);
        }

        return found;
    }

    public void Isb(int cpu)
    {
        var state = Of(cpu);
        state.Walked.Clear();
        state.Walked.UnionWith(state.Current.Values);
    }

    /// <summary>SCTLR_EL1.M is 0: after the next ISB, no walk of EL1 begins.</summary>
    public void TurnOff(int cpu)
    {
        var current = Of(cpu).Current;
        foreach (var register in current.Keys.Where(r => LintedRoots.RegimeOf(r) == CasemateRegime.El1).ToList())
            current.Remove(register);
    }

    /// <summary>A CPU turns out never to have read a tree through a register as it was said.</summary>
    public void Forget(int cpu, CasemateRegister register)
    {
        var state = Of(cpu);
        foreach (ulong root in HeldThrough(cpu, register).ToList())
        {
            state.Through.Remove((register, root));
            if (!state.Through.Keys.Any(t => t.Root == root))
                Drop(state, root);
        }
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
                state.Dropped.RemoveAt(i);
                Drop(state, dropped.Root);
            }

            _drops |= state.Dropped.Count > 0;
        }
    }

    /// <summary>The roots of the trees that a CPU may hold through a register.</summary>
    public IEnumerable<ulong> HeldThrough(int cpu, CasemateRegister register) =>
        Of(cpu).Through.Keys.Where(t => t.Register == register).Select(t => t.Root);

    /// <summary>The roots of the trees of a regime that a CPU may hold.</summary>
    public IEnumerable<ulong> HeldIn(int cpu, CasemateRegime regime) =>
        Of(cpu).Held.Where(root => _regimes[root] == regime);

    /// <summary>Whether a CPU may walk a tree, beyond holding entries of it.</summary>
    public bool Walks(int cpu, ulong root) => Of(cpu).Walked.Contains(root);

    /// <summary>The shape in which a CPU read a tree through a register; null if it holds none of it.</summary>
    public LintedHalf? HalfOf(int cpu, CasemateRegister register, ulong root) =>
        Of(cpu).Through.GetValueOrDefault((register, root));

    /// <summary>Whether no CPU holds a tree but this one, and it holds the tree through this register alone.</summary>
    public bool HoldsAlone(int cpu, CasemateRegister register, ulong root) =>
        Of([root]).All(holder => holder == cpu)
        && Of(cpu).Through.Keys.All(t => t.Root != root || t.Register == register);

    /// <summary>MAIR changes for a CPU that may have a tree cached and does not walk it.</summary>
    public void KeepMair(int cpu, ulong root, ulong before) => Of(cpu).Mairs.TryAdd(root, before);

    /// <summary>An older MAIR under which a CPU may have a tree cached; null if there is none.</summary>
    public ulong? MairOf(int cpu, ulong root) => Of(cpu).Mairs.TryGetValue(root, out ulong mair) ? mair : null;

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

    private static void Drop(Cpu state, ulong root)
    {
        state.Held.Remove(root);
        state.Walked.Remove(root);
        state.Mairs.Remove(root);
        state.Asids.Remove(root);
        foreach (var through in state.Through.Keys.Where(t => t.Root == root).ToList())
            state.Through.Remove(through);
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
