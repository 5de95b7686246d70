namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Registers with CnP = 1. CPUs whose registers have it, with one ASID and one VMID, may use entries of each other, so
/// their registers lead to one tree (R_QLGWZ). A value counts until the ISB behind the next write (I_RBMTM).
/// </summary>
/// <param name="isPopulated">Whether a root has a valid entry; two empty roots have the same entries.</param>
internal sealed class LintedSharing(LintFindings found, Func<CasemateRegister, ulong, bool> isPopulated)
{
    /// <summary>What a register with CnP = 1 says.</summary>
    /// <param name="Vmid">Null where the CPU has not written VTTBR_EL2.</param>
    public readonly record struct Shared(ulong Root, ushort Asid, ulong? Vmid);

    // The value written last is the last; null for CnP = 0, and while walks are off.
    private readonly SortedDictionary<(CasemateRegister Register, int Cpu), List<Shared?>> _values = [];

    // A register has a value from before the last write, which counts until an ISB.
    private bool _hasEarlier;

    /// <summary>A CPU's register, its ASID or its VMID has changed.</summary>
    /// <param name="value">What it says with CnP = 1; null for CnP = 0, and while no walk begins there.</param>
    public void Write(int cpu, CasemateRegister register, Shared? value)
    {
        if (!_values.TryGetValue((register, cpu), out var values))
        {
            if (value is null)
                return;
            _values[(register, cpu)] = values = [];
        }

        if (values.Count > 0 && values[^1] == value)
            return;
        values.Remove(value);
        values.Add(value);
        _hasEarlier |= values.Count > 1;
        if (value is { } shared)
            Judge(cpu, register, shared, [shared.Root]);
    }

    /// <summary>A CPU has an ISB.</summary>
    public void Isb(int cpu)
    {
        if (!_hasEarlier)
            return;
        _hasEarlier = false;
        foreach (var ((_, owner), values) in _values)
        {
            if (owner == cpu && values.Count > 1)
                values.RemoveRange(0, values.Count - 1);
            _hasEarlier |= values.Count > 1;
        }
    }

    /// <summary>A root that was empty gets its first entries.</summary>
    public void Filled(IReadOnlyList<ulong> roots)
    {
        foreach (var ((register, cpu), values) in _values)
        {
            if (values[^1] is { } shared && roots.Contains(shared.Root))
                Judge(cpu, register, shared, roots);
        }
    }

    private void Judge(int cpu, CasemateRegister register, in Shared shared, IReadOnlyList<ulong> roots)
    {
        foreach (var ((same, other), values) in _values)
        {
            if (same != register || other == cpu)
                continue;
            foreach (var value in values)
            {
                if (value is not { } known || roots.Contains(known.Root) || known.Asid != shared.Asid
                    || (known.Vmid ?? shared.Vmid) != (shared.Vmid ?? known.Vmid)
                    || !(isPopulated(register, known.Root) || isPopulated(register, shared.Root)))
                    continue;
                found.Report(
                    $"CnP is 1 for two trees: {register.Name()} of CPU {cpu} leads to 0x{shared.Root:x}, and that of "
                    + $"CPU {other} to 0x{known.Root:x}, both with CnP = 1 and ASID {shared.Asid}, so either CPU may "
                    + "use entries of the other's tree (R_QLGWZ)", shared.Root, cpu);
            }
        }
    }
}
