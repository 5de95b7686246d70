using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Decides which old values of descriptors a TLBI names, so that they leave the TLBs that it reaches.
/// </summary>
internal sealed class TlbiReach(LintedMemory memory, LintedRoots roots, LintedControls controls, LintedGroups groups)
{
    /// <summary>Addresses are followed in the 56 bits that a TLBI by address names.</summary>
    public const ulong AddressMask = (1UL << 56) - 1;

    private const ulong NotGlobal = 1UL << 11;

    private LintedTlbi _tlbi;
    private TlbiOperand _operand;
    private (ulong First, ulong Length) _scope;
    private ushort _asid;
    private int _cpu;

    /// <summary>A TLBI of a CPU, of which <see cref="Names"/> is asked next.</summary>
    /// <param name="value">The register of the operation.</param>
    /// <returns>The first input address that it names, and the bytes from there.</returns>
    public (ulong First, ulong Length) Begin(in LintedTlbi tlbi, ulong value, int cpu)
    {
        (_tlbi, _cpu) = (tlbi, cpu);
        _operand = tlbi.ByAddress ? tlbi.Operand(value, controls.Operands(tlbi.Stage2)) : default;
        _asid = TlbiOperandFormat.AsidOf(value);
        return _scope =
            tlbi.ByAddress ? (_operand.Address.Value & AddressMask, _operand.Length) : (0, AddressMask + 1);
    }

    /// <summary>
    /// Whether the TLBI removes an old value, in a regime that it reaches, and no walk brings it back.
    /// </summary>
    public bool Names(StaleValue stale)
    {
        if (stale.Regime == CasemateRegime.Stage2 && !_tlbi.AllVmids && !roots.IsCurrentVmid(stale.Roots, _cpu))
            return false;
        if (!NamesAddress(stale) || !NamesAsid(stale))
            return false;
        // A CPU may have cached every leaf below the table, so the operation must name all of them.
        if (stale.Table is { } table && !NamesEntries(stale, table))
            return false;
        return stale.Table is not null || !groups.BringsBack(stale);
    }

    private bool NamesAddress(StaleValue stale)
    {
        if (!_tlbi.ByAddress)
            return true;
        // TG 0 is reserved. Traces write it where they have no TG to say, so here it means the granule that is judged.
        if (_operand.Granule is not null && !_operand.NamesTablesOf(stale.Geometry.Granule))
            return false;
        // A TLBI with a wrong level hint need not invalidate anything (R_SQXYZ). Last-level forms leave table entries
        // (R_JXKNN).
        if (stale.Table is null ? !_operand.NamesLeafAt(stale.Level) : _tlbi.LastLevel)
            return false;
        ulong last = stale.Input + (stale.Cover - 1);
        return _scope.First <= last && stale.Input - Math.Min(stale.Input, _scope.First) < _scope.Length;
    }

    // Entries above the final level are those of an ASID, as if non-global (R_CHVGJ). A form by ASID and address
    // reaches global leaves too (R_VMSWQ); the form by ASID alone does not.
    private bool NamesAsid(StaleValue stale)
    {
        if (!_tlbi.ByAsid || stale.Regime != CasemateRegime.El1)
            return true;
        if (stale.Table is null && (stale.Value & NotGlobal) == 0)
            return _tlbi.ByAddress;
        bool all = true;
        foreach (ulong root in stale.Roots)
        {
            foreach (ushort asid in roots.AsidsOf(root))
                all &= asid == _asid || (stale.Asids is { } named && named.Contains(asid));
        }

        (stale.Asids ??= []).Add(_asid);
        return all;
    }

    // A range as long as the table's may begin in its middle and leave what lies before.
    private bool NamesEntries(StaleValue parent, ulong table)
    {
        for (ulong at = 0; at < parent.Geometry.Granule.PageSize; at += LintedPage.Size)
        {
            if (memory.Find(table + at) is not { IsTable: true } page)
                continue;
            for (int word = 0; word < LintedPage.Words; word++)
            {
                ulong entry = page[word];
                if ((entry & 1) == 0)
                    continue;
                bool isLeaf = page.TableOf(entry) is null;
                if (_tlbi.ByAsid && !_tlbi.ByAddress && isLeaf && (entry & NotGlobal) == 0)
                    return false;
                if (!_tlbi.ByAddress)
                    continue;
                ulong first = page.InputOf(word);
                if ((isLeaf && !_operand.NamesLeafAt(page.Level)) || _scope.Length < parent.Cover
                    || first < _scope.First || first - _scope.First > _scope.Length - page.Cover)
                    return false;
            }
        }

        return true;
    }
}
