using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The registers that lead to trees.</summary>
internal sealed partial class BbmLinter
{
    // A register leads to a tree that the CPU may walk from now on.
    private void Lead(CasemateRegister register, ulong value)
    {
        var added = _roots.Write(register, value, _cpu, _controls, _holders.AnsweringFor);
        var regime = LintedRoots.RegimeOf(register);
        bool hasAsids = _controls.HasAsids(regime);
        var tcr = _controls.TcrOf(regime);
        _assumptions.Lead(regime, tcr);
        ulong root = LintedRoots.AddressOf(value, tcr.LargeAddresses);
        var half = tcr.HalfOf(register);
        bool takenUp = !_holders.Of([root]).Any();
        _steps.TakeUp(root);
        // Trees of several VMIDs may have several shapes.
        if (regime != CasemateRegime.Stage2)
            _controlChange.TakeUpShape(_cpu, register, root, half);
        var holder = _holders[_cpu];
        var before = holder.HalfOf(register, root);
        holder.Write(register, root, half);
        if (hasAsids)
            holder.UseAsid(regime, AsidOfCpu(regime));
        if (added is not null)
            LinkRoot(register, root, half);
        else
        {
            Reshape(register, root, half, before);
            if (takenUp)
                CheckGroupsFrom(root);
        }

        _controlChange.TakeUpTypes(_cpu, register, root, _controls.MairOf(regime));
        if (hasAsids && _switch.Judge(_cpu, register, root, LevelOf(_cpu)))
            _mayAbortOnSwitch++;
    }

    private ushort AsidOfCpu(CasemateRegime regime)
    {
        return TlbiOperandFormat.AsidOf(_written.GetValueOrDefault(
            (_cpu, TtbrsOf(regime)[_controls.TcrOf(regime).AsidInUpper ? 1 : 0])));
    }

    private void LinkRoot(CasemateRegister register, ulong root, LintedHalf half) =>
        _trees.Link(
            root, root, new(root, LintedRoots.RegimeOf(register), _controls.HasAsids(LintedRoots.RegimeOf(register)),
                half.Geometry, half.StartLevel, FirstInput(register, half)), half.RootEntries);

    private static ulong FirstInput(CasemateRegister register, LintedHalf half) =>
        register is CasemateRegister.Ttbr1El1 or CasemateRegister.Ttbr1El2
            ? TlbiReach.AddressMask + 1 - (1UL << half.Bits) : 0;

    private void CheckGroupsFrom(ulong table)
    {
        if (_memory.Find(table) is not { IsTable: true } first)
            return;
        foreach (var page in _trees.Known(table, first.Geometry).Where(p => p.IsTable))
        {
            _descriptors.CheckGroups(page);
            foreach (var (below, _) in LintedTrees.Below(page))
                CheckGroupsFrom(below);
        }
    }
}
