using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The registers that lead to trees.</summary>
internal sealed partial class BbmLinter
{
    // A register leads to a tree that the CPU may walk from now on.
    private void Lead(CasemateRegister register, ulong value)
    {
        var regime = LintedRoots.RegimeOf(register);
        bool hasAsids = _controls.HasAsids(regime);
        var tcr = _controls.TcrOf(regime);
        ulong root = LintedRoots.AddressOf(value, tcr.LargeAddresses);
        var half = tcr.HalfOf(register);
        if (register == CasemateRegister.Ttbr0El2)
            _controlChange.TakeUpHost(root, half, hasAsids);
        var added = _roots.Write(register, value, _cpu, _controls, _holders);
        _assumptions.Lead(regime, value, tcr, half);
        bool takenUp = !_holders.HoldsAny([root]);
        _steps.LeadTo(root, _cpu);
        // A CPU with CnP = 1 may use what another one has cached (R_QLGWZ).
        _steps.TakeUp(root, (value & 1) == 0 ? _cpu : null);
        var judged = _holders.Awake([root]).Select(LevelOf).ToList();
        // Trees of several VMIDs may have several shapes.
        if (regime != CasemateRegime.Stage2)
            _controlChange.TakeUpShape(_cpu, register, root, half);
        var holder = _holders[_cpu];
        var before = holder.HalfOf(register, root);
        bool holds = holder.Held.ContainsKey(root), walks = holder.Walks(root);
        if (regime == CasemateRegime.El1 && holder.HasVmid && holder.TreeOf(register) != root)
            _worldSwitch.Lead(_cpu, register, holder.IsVmidCertain);
        holder.Write(register, root, half, _event);
        if ((value & 1) != 0)
            holder.Share(root);
        if (_mairs.HasSeveral(regime))
            holder.SeeMairs(root, _mairs.UsedBy(_cpu, regime));
        bool changesAsid = hasAsids && holder.UseAsid(regime, AsidOfCpu(regime), _event);
        if (added is not null)
            LinkRoot(register, root, half);
        else
        {
            Reshape(register, root, half, before);
            // What CPUs of a higher level may walk has not been judged for this one.
            if (takenUp || (!holds && judged.TrueForAll(level => LevelOf(_cpu) < level)))
                CheckGroupsFrom(root, null);
            else if (!holds && _mairs.HasSeveral(regime))
                CheckGroupsFrom(root, _cpu);
        }

        if (!holds)
            _descriptors.TakeUp(_cpu, root, LevelOf(_cpu));
        else if (!walks)
            _descriptors.TakeUpUnwalked(_cpu, root, LevelOf(_cpu));
        _controlChange.TakeUpTypes(_cpu, register, root);
        if (hasAsids)
            Judge(register, root);
        if (changesAsid)
            JudgeAllBut(register, regime);
        Share();
    }

    private void Judge(CasemateRegister register, ulong root)
    {
        if (_holders[_cpu].HasVmid && LintedRoots.RegimeOf(register) == CasemateRegime.El1)
        {
            var (breaks, mayAbort) = _found.Hold(() => _switch.Judge(_cpu, register, root, _event));
            _worldSwitch.Add(_cpu, register, breaks, mayAbort);
            if (breaks.Count > 0 || mayAbort)
                _holders[_cpu].Doubt(root);
        }
        else if (_switch.Judge(_cpu, register, root, _event))
        {
            _mayAbortOnSwitch++;
        }
    }

    // The CPU reads its trees under another ASID, which the other register holds.
    private void JudgeAllBut(CasemateRegister? written, CasemateRegime regime)
    {
        foreach (var register in TtbrsOf(regime))
        {
            if (register != written && _holders[_cpu].TreeOf(register) is { } root)
                Judge(register, root);
        }
    }

    // TCR.A1 says which register holds the ASID. That register need not lead to a tree.
    private void UseAsid(CasemateRegime regime)
    {
        if (_controls.HasAsids(regime) && _holders[_cpu].UseAsid(regime, AsidOfCpu(regime), _event))
            JudgeAllBut(null, regime);
        Share();
    }

    private ushort AsidOfCpu(CasemateRegime regime)
    {
        var tcr = _controls.TcrOf(regime);
        return TlbiOperandFormat.AsidOf(
            tcr.WithId(_written.GetValueOrDefault((_cpu, TtbrsOf(regime)[tcr.AsidInUpper ? 1 : 0]))));
    }

    // CnP is bit 0 of a register. A register without walks shares nothing.
    private void Share()
    {
        foreach (var register in AllTtbrs)
        {
            var regime = LintedRoots.RegimeOf(register);
            if (!_written.TryGetValue((_cpu, register), out ulong value) || !_controls.HasAsids(regime))
                continue;
            bool isShared = (value & 1) != 0 && BeginsWalks(_cpu, register);
            _sharing.Write(_cpu, register, !isShared ? null : new(
                LintedRoots.AddressOf(value, _controls.TcrOf(regime).LargeAddresses), AsidOfCpu(regime),
                regime == CasemateRegime.El1 && _written.TryGetValue((_cpu, CasemateRegister.VttbrEl2), out ulong vttbr)
                    ? _controls.TcrOf(CasemateRegime.Stage2).WithId(vttbr) >> 48 : null));
        }
    }

    private bool IsPopulated(CasemateRegister register, ulong root) => _controlChange.IsPopulated(
        root, _controls.TcrOf(LintedRoots.RegimeOf(register)).HalfOf(register));

    private void LinkRoot(CasemateRegister register, ulong root, LintedHalf half) =>
        _trees.Link(
            root, root, new(root, LintedRoots.RegimeOf(register), _controls.HasAsids(LintedRoots.RegimeOf(register)),
                half.Geometry, half.StartLevel, FirstInput(register, half)), half.RootEntries);

    private static ulong FirstInput(CasemateRegister register, LintedHalf half) =>
        LintedHalf.IsUpper(register) ? InputAddress.Mask + 1 - (1UL << half.Bits) : 0;

    private void CheckGroupsFrom(ulong table, int? taker)
    {
        if (_memory.Find(table) is { IsTable: true } first)
            CheckGroups(_trees.Known(table, first.Geometry).Where(p => p.IsTable), taker);
    }

    private void CheckGroups(IEnumerable<LintedPage> table, int? taker)
    {
        foreach (var page in table)
        {
            _descriptors.CheckGroups(page, taker);
            foreach (var (below, descriptor) in LintedTrees.Below(page))
                CheckGroups(_trees.Known(below, page.Geometry).Where(p => page.Links(descriptor, p)), taker);
        }
    }
}
