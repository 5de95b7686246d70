using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>Which CPUs may hold entries of a tree; <see cref="LintedHolder"/> is one of them.</summary>
/// <param name="hasGlobal">Whether a tree has had global leaves.</param>
internal sealed partial class LintedHolders(Func<ulong, bool> hasGlobal)
{
    // Ascending. Every store asks, and a list is read without an enumerator.
    private readonly List<LintedHolder> _cpus = [];
    private readonly Dictionary<int, LintedHolder> _byNumber = [];
    private bool _drops;

    /// <summary>What a CPU may hold.</summary>
    public LintedHolder this[int cpu] => _byNumber.TryGetValue(cpu, out var holder) ? holder : Add(new(cpu, hasGlobal));

    private LintedHolder Add(LintedHolder holder)
    {
        _cpus.Insert(_cpus.TakeWhile(c => c.Cpu < holder.Cpu).Count(), holder);
        return _byNumber[holder.Cpu] = holder;
    }

    /// <summary>A TLBI of a CPU.</summary>
    /// <param name="value">The register of the operation.</param>
    /// <param name="vmid">The VMID of entries of stage 1 that it names.</param>
    /// <param name="at">The event.</param>
    public void Tlbi(int cpu, in LintedTlbi operation, ulong value, TlbiVmid vmid, LintedEvent at)
    {
        if (operation.ByAddress)
            return;
        ushort? asid = operation.ByAsid ? TlbiOperandFormat.AsidOf(value) : null;
        // A guest of the VMID may run on another CPU.
        HeldTree? vmidOf = operation is { Stage2: true, Combined: true } ? this[cpu].TreeOfVmid : null;
        foreach (var holder in _cpus)
        {
            if (holder.Cpu != cpu && !operation.Broadcast)
                continue;
            bool comesBack = vmidOf is { } tree && holder.Cpu != cpu && holder.Walks(tree);
            holder.Tlbi(cpu, operation, asid, vmid, comesBack ? null : vmidOf, at);
            _drops |= holder.Drops;
        }
    }

    /// <summary>A DSB of a CPU completes the TLBIs that this CPU issued before it.</summary>
    public void Dsb(int cpu, LintedDsb dsb)
    {
        // Nearly always no TLBI has dropped a tree.
        if (!_drops)
            return;
        _drops = false;
        foreach (var holder in _cpus)
        {
            holder.Dsb(cpu, dsb);
            _drops |= holder.Drops;
        }
    }

    /// <summary>A tree is gone; nothing of it is cached.</summary>
    public void Forget(HeldTree root)
    {
        foreach (var holder in _cpus)
            holder.Drop(root);
    }

    /// <summary>
    /// The kernel frees a tree that CPUs may hold; its page may become another root, of which they hold nothing.
    /// </summary>
    /// <param name="released">The tree from now on.</param>
    public void Release(HeldTree released)
    {
        foreach (var holder in _cpus)
            holder.Release(released);
    }

    /// <summary>The ASIDs of a regime turn out to have had 8 bits all along on some CPUs.</summary>
    public void ShortenAsids(CasemateRegime regime, Func<int, bool> isLike)
    {
        foreach (var holder in _cpus.Where(c => isLike(c.Cpu)))
            holder.ShortenAsids(regime);
    }

    /// <summary>A CPU that may walk a tree; null if there is none.</summary>
    public int? WalkerOf(ulong root)
    {
        foreach (var holder in _cpus)
        {
            if (holder.Walks(root))
                return holder.Cpu;
        }

        return null;
    }

    /// <summary>A CPU that may hold entries of a tree; null if there is none.</summary>
    public int? HolderOf(HeldTree tree)
    {
        foreach (var holder in _cpus)
        {
            if (holder.Held.ContainsKey(tree))
                return holder.Cpu;
        }

        return null;
    }

    /// <summary>A CPU that may hold entries of a tree of stage 2 under its VMID; null if there is none.</summary>
    public int? HolderOfVmid(HeldTree tree)
    {
        foreach (var holder in _cpus)
        {
            if (holder.HoldsVmidOf(tree))
                return holder.Cpu;
        }

        return null;
    }

    /// <summary>Whether no CPU holds a tree but this one, and it holds the tree through this register alone.</summary>
    public bool HoldsAlone(int cpu, CasemateRegister register, ulong root) =>
        Of([root]).All(holder => holder == cpu) && this[cpu].HoldsThroughAlone(register, root);

    /// <summary>
    /// A CPU that may hold a tree through a register of the other half than this one, with that register; null if there
    /// is none.
    /// </summary>
    public (int Cpu, CasemateRegister Register)? InOtherHalf(ulong root, CasemateRegister register)
    {
        foreach (var holder in _cpus)
        {
            foreach (var other in holder.RegistersOf(root))
            {
                if (LintedHalf.IsUpper(other) != LintedHalf.IsUpper(register))
                    return (holder.Cpu, other);
            }
        }

        return null;
    }
}
