using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The writes of registers: those that lead to trees, and those that say how trees are read.</summary>
internal sealed partial class BbmLinter
{
    private static readonly CasemateRegister[] TtbrsOfEl1 = [CasemateRegister.Ttbr0El1, CasemateRegister.Ttbr1El1];

    // The registers of EL1 as written last, also while SCTLR_EL1.M is 0.
    private readonly Dictionary<(int Cpu, CasemateRegister Register), ulong> _written = [];
    private readonly HashSet<int> _off = [];

    // The registers whose EPDn is 1 on a CPU.
    private readonly HashSet<(int Cpu, CasemateRegister Register)> _walksOff = [];

    private void WriteRegister(CasemateRegister register, ulong value)
    {
        switch (register)
        {
            case CasemateRegister.Other:
                break;
            case CasemateRegister.MairEl1:
                WriteMair(CasemateRegime.El1, value);
                break;
            case CasemateRegister.MairEl2:
                WriteMair(CasemateRegime.El2, value);
                break;
            case CasemateRegister.TcrEl1:
                WriteShapes(value);
                WriteWalks(CasemateRegister.Ttbr0El1, isOff: (value & WalkSwitch.LowerOff) != 0);
                WriteWalks(CasemateRegister.Ttbr1El1, isOff: (value & WalkSwitch.UpperOff) != 0);
                break;
            case CasemateRegister.SctlrEl1:
                WriteSctlr(isOn: (value & 1) != 0);
                break;
            default:
                _written[(_cpu, register)] = value;
                if (LintedRoots.RegimeOf(register) != CasemateRegime.El1 || BeginsWalks(_cpu, register))
                    Lead(register, value);
                break;
        }
    }

    private void WriteMair(CasemateRegime regime, ulong value)
    {
        if (_controls.WriteMair(regime, value) is { } before)
            _controlChange.Mair(_cpu, regime, before, value);
    }

    private bool BeginsWalks(int cpu, CasemateRegister register) =>
        !_off.Contains(cpu) && !_walksOff.Contains((cpu, register));

    private void WriteWalks(CasemateRegister register, bool isOff)
    {
        if (isOff)
        {
            _walksOff.Add((_cpu, register));
            _holders[_cpu].TurnOff(register);
        }
        else if (_walksOff.Remove((_cpu, register)))
            LeadAgain(register);
    }

    // A register leads to its tree again, unless it has not been written or walks are off for another reason.
    private void LeadAgain(CasemateRegister register)
    {
        if (BeginsWalks(_cpu, register) && _written.TryGetValue((_cpu, register), out ulong root))
            Lead(register, root);
    }

    private void WriteShapes(ulong value)
    {
        var read = _controls.Tcr;
        if (_controls.WriteTcr(value) is not { } before)
        {
            // What the register held before is not known, so trees have been read in this shape all along.
            if (read != _controls.Tcr)
                ReadAgain();
            return;
        }

        foreach (var register in TtbrsOfEl1)
        {
            var (old, half) = (before.HalfOf(register), _controls.Tcr.HalfOf(register));
            _controlChange.Shape(_cpu, register, old, half);
            if (old != half)
                LeadAgain(register);
        }
    }

    // The CPUs that have not written TCR_EL1 themselves read their trees as the CPU that has written it.
    private void ReadAgain()
    {
        List<(int Cpu, CasemateRegister Register)> again = [.. _written.Keys.Where(w =>
            LintedRoots.RegimeOf(w.Register) == CasemateRegime.El1 && BeginsWalks(w.Cpu, w.Register)
            && (w.Cpu == _cpu || !_controls.HasTcr(w.Cpu)))];
        foreach (var (cpu, register) in again)
            _holders[cpu].Forget(register);
        int writer = _cpu;
        foreach (var (cpu, register) in again)
        {
            (_cpu, _controls.Cpu) = (cpu, cpu);
            Lead(register, _written[(cpu, register)]);
        }

        (_cpu, _controls.Cpu) = (writer, writer);
    }

    private void WriteSctlr(bool isOn)
    {
        if (!isOn)
        {
            _off.Add(_cpu);
            _holders[_cpu].TurnOff();
        }
        else if (_off.Remove(_cpu))
        {
            foreach (var register in TtbrsOfEl1)
                LeadAgain(register);
        }
    }

    // A register leads to a tree that the CPU may walk from now on.
    private void Lead(CasemateRegister register, ulong value)
    {
        var added = _roots.Write(register, value, _cpu, _controls);
        var regime = LintedRoots.RegimeOf(register);
        bool isEl1 = regime == CasemateRegime.El1;
        ulong root = LintedRoots.AddressOf(value, isEl1 && _controls.Tcr.LargeAddresses);
        var half = _controls.Tcr.HalfOf(register);
        bool takenUp = !_holders.Of([root]).Any();
        _steps.TakeUp(root);
        if (isEl1)
            _controlChange.TakeUpShape(_cpu, register, root, half);
        var holder = _holders[_cpu];
        var before = holder.HalfOf(register, root);
        holder.Write(register, root, half);
        if (isEl1)
            holder.UseAsid(AsidOfCpu());
        if (added is not null)
            LinkRoot(register, root, half);
        else
        {
            if (isEl1)
                Reshape(register, root, half, before);
            if (takenUp)
                CheckGroupsFrom(root);
        }

        _controlChange.TakeUpTypes(_cpu, register, root, _controls.MairOf(regime));
        if (isEl1 && _switch.Judge(_cpu, register, root, LevelOf(_cpu)))
            _mayAbortOnSwitch++;
    }

    // A known root is read in another shape than its tables were linked in.
    private void Reshape(CasemateRegister register, ulong root, LintedHalf half, LintedHalf? before)
    {
        if (_memory.Find(root) is not { IsTable: true } page)
            return;
        bool alike = page.Geometry == half.Geometry && page.Level == half.StartLevel;
        if (alike && page.Input == FirstInput(register, half))
        {
            // More entries than before may be in use.
            if (before is not null && before != half)
                LinkRoot(register, root, half);
            return;
        }

        if (!_holders.HoldsAlone(_cpu, register, root))
        {
            if (alike || !_controlChange.IsPopulated(root, half))
                return;
            throw new LintException(
                $"a tree is read in two shapes: CPU {_cpu} reads 0x{root:x} with {half.Geometry.Granule} pages from "
                + $"level {half.StartLevel}, and another register leads to it as a table of level {page.Level} with "
                + $"{page.Geometry.Granule} pages", root);
        }

        _trees.Unlink(root, root, page.Geometry);
        LinkRoot(register, root, half);
    }

    private ushort AsidOfCpu() => TlbiOperandFormat.AsidOf(_written.GetValueOrDefault(
        (_cpu, _controls.Tcr.AsidInUpper ? CasemateRegister.Ttbr1El1 : CasemateRegister.Ttbr0El1)));

    private void LinkRoot(CasemateRegister register, ulong root, LintedHalf half) =>
        _trees.Link(
            root, root, new(root, LintedRoots.RegimeOf(register), half.Geometry, half.StartLevel,
                FirstInput(register, half)), half.RootEntries);

    private static ulong FirstInput(CasemateRegister register, LintedHalf half) =>
        register == CasemateRegister.Ttbr1El1 ? TlbiReach.AddressMask + 1 - (1UL << half.Bits) : 0;

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
