namespace Orleans.Mmu.Traces.Lint;

/// <summary>The VMID of a TLBI.</summary>
/// <param name="Counts">
/// False for a TLBI of every VMID, for one of a host with TGE, and where its CPU has not written VTTBR_EL2.
/// </param>
/// <param name="Value">The VMID; null where no ISB has followed the write of VTTBR_EL2.</param>
internal readonly record struct TlbiVmid(bool Counts, ushort? Value);

/// <summary>
/// The VMIDs under which a CPU may hold entries of stage 1 of EL1 (R_NWYRD). While a hypervisor runs at EL2, no walk of
/// EL1 begins (R_NRJPP), and it writes TTBR and VTTBR_EL2 one after the other. So a tree has the VMID of VTTBR_EL2 at
/// the ISB behind a write of TTBR that leads to the tree, and at each store of the CPU.
/// </summary>
internal sealed partial class LintedHolder
{
    private readonly Dictionary<HeldTree, HashSet<ushort>> _vmids = [];
    private readonly Dictionary<(HeldTree Tree, ushort Vmid), long> _vmidsLeft = [];

    // The roots that registers lead to since the last ISB.
    private readonly HashSet<ulong> _ledTo = [];

    // Null before the CPU writes VTTBR_EL2. Its first value counts from the beginning.
    private ushort? _vmid;
    private bool _isVmidCertain = true;

    private static readonly HashSet<ushort> NoVmids = [];

    /// <summary>The VMID of the CPU's TLBIs, unless they are of every VMID.</summary>
    public TlbiVmid Vmid => new(_vmid is not null, _isVmidCertain ? _vmid : null);

    /// <summary>The VMIDs under which the CPU may hold entries of a tree; none where they are not known.</summary>
    public IReadOnlySet<ushort> VmidsOf(HeldTree tree) => _vmids.GetValueOrDefault(tree) ?? NoVmids;

    /// <summary>Whether the CPU has written VTTBR_EL2.</summary>
    public bool HasVmid => _vmid is not null;

    /// <summary>The registers of EL1 that lead to a tree.</summary>
    public IReadOnlyList<CasemateRegister> RegistersOfEl1 => [.. _current.Keys.Where(IsOfEl1)];

    /// <summary>Whether a register has been written to lead to its tree since the last ISB.</summary>
    public bool IsLed(CasemateRegister register) =>
        _current.TryGetValue(register, out ulong root) && _ledTo.Contains(root);

    /// <summary>The CPU writes VTTBR_EL2.</summary>
    /// <returns>Whether it has another VMID than before.</returns>
    public bool UseVmid(ushort vmid)
    {
        if (_vmid == vmid)
            return false;
        _isSettled = false;
        _isVmidCertain = _vmid is null;
        _vmid = vmid;
        if (!_isVmidCertain)
        {
            LeaveVmid(vmid);
            return true;
        }

        foreach (var (tree, regime) in _held)
        {
            if (regime == CasemateRegime.El1)
                AddVmid(tree);
        }

        return false;
    }

    /// <summary>The CPU stores, so it runs under its VMID.</summary>
    /// <returns>Whether a tree that its registers lead to had not had the VMID.</returns>
    public bool Run()
    {
        if (_vmid is null || !_isVmidCertain)
            return false;
        Prove();
        bool isNew = false;
        foreach (var (register, root) in _current)
        {
            if (IsOfEl1(register))
                isNew |= AddVmid(root);
        }

        return isNew;
    }

    private static bool IsOfEl1(CasemateRegister register) =>
        LintedRoots.RegimeOf(register) == CasemateRegime.El1;

    /// <summary>Whether the CPU holds entries of a tree under other VMIDs than those of another tree.</summary>
    public bool HasOtherVmids(HeldTree held, HeldTree tree)
    {
        var before = VmidsOf(held);
        if (before.Count == 0 || _vmid is not { } vmid)
            return false;
        var after = VmidsOf(tree);
        foreach (ushort one in before)
        {
            if (one == vmid || (after.Contains(one) && !IsDoubtful(tree, one)))
                return false;
        }

        return true;
    }

    // What a TLBI of one VMID leaves of a tree: everything, or what was read under other VMIDs.
    private bool LeavesVmids(HeldTree tree, in TlbiVmid named)
    {
        if (!named.Counts || !_vmids.TryGetValue(tree, out var vmids))
            return false;
        return named.Value is not { } vmid || vmids.Count > 1 || !vmids.Contains(vmid);
    }

    private void DropVmid(HeldTree tree, ushort vmid)
    {
        if (!_vmids.TryGetValue(tree, out var vmids) || !vmids.Remove(vmid))
            return;
        _vmidsLeft.Remove((tree, vmid));
        if (vmids.Count == 0)
            Drop(tree);
    }

    // Answers whether the tree had not had the VMID.
    private bool AddVmid(HeldTree tree)
    {
        if (_vmid is not { } vmid)
            return false;
        if (!_vmids.TryGetValue(tree, out var vmids))
            _vmids[tree] = vmids = [];
        _vmidsLeft.Remove((tree, vmid));
        AddIds(tree, isFirst: vmids.Count == 0);
        return vmids.Add(vmid);
    }

    // An ISB: the registers lead to their trees under the VMID.
    private void SettleVmids(LintedEvent at)
    {
        foreach (ulong root in _ledTo)
        {
            if (_held.GetValueOrDefault(root, CasemateRegime.Stage2) == CasemateRegime.El1 && _walked.Contains(root))
                Settle(root, AddVmid(root));
        }

        _isVmidCertain = true;

        _ledTo.Clear();
        _breaking.Clear();
        _newlyHeld.RemoveWhere(_walked.Contains);
        foreach (var (tree, vmids) in _vmids)
        {
            foreach (ushort vmid in vmids)
            {
                if (vmid != _vmid || !_walked.Contains(tree))
                    _vmidsLeft.TryAdd((tree, vmid), at.At);
            }
        }
    }

    private void ForgetVmids(HeldTree tree)
    {
        foreach (ushort vmid in VmidsOf(tree))
            _vmidsLeft.Remove((tree, vmid));
        _vmids.Remove(tree);
        _ids.Remove(tree);
    }
}
