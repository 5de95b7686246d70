using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Decides which old values of descriptors a TLBI names, so that they leave the TLBs that it reaches.
/// </summary>
internal sealed class TlbiReach(
    LintedMemory memory, LintedHolders holders, LintedControls controls, LintedGroups groups)
{
    private const ulong NotGlobal = 1UL << 11;

    private LintedTlbi _tlbi;
    private TlbiOperand _operand;
    private (ulong First, ulong Length) _scope;
    private ushort _asid;
    private int _cpu;

    private TlbiVmid _vmid;

    /// <summary>
    /// The entries of the last value that the TLBI removes although it leaves others, which have another VMID or ASID.
    /// </summary>
    public List<EntryIds> Named { get; } = [];

    /// <summary>What the register of the TLBI names.</summary>
    public TlbiOperand Operand => _operand;

    private TlbiIssue Issue => new(_cpu, _tlbi.Broadcast, _vmid.Value, _tlbi.ByAsid ? _asid : null);

    /// <summary>A TLBI of a CPU, of which <see cref="Miss"/> is asked next.</summary>
    /// <param name="value">The register of the operation.</param>
    /// <returns>The first input address that it names, and the bytes from there.</returns>
    public (ulong First, ulong Length) Begin(in LintedTlbi tlbi, ulong value, int cpu)
    {
        (_tlbi, _cpu, _vmid) = (tlbi, cpu, VmidOf(tlbi, cpu));
        var regime = tlbi.Stage2 ? CasemateRegime.Stage2 : tlbi.El2 ? CasemateRegime.El2 : CasemateRegime.El1;
        _operand = tlbi.ByAddress ? tlbi.Operand(value, controls.TcrOf(regime).Operands(tlbi.Stage2)) : default;
        _asid = TlbiOperandFormat.AsidOf(value);
        return _scope =
            tlbi.ByAddress ? (_operand.Address.Value & InputAddress.Mask, _operand.Length) : (0, InputAddress.Mask + 1);
    }

    /// <summary>
    /// Why the TLBI does not remove an old value in a regime that it reaches, or why a walk brings it back; null if it
    /// removes the value.
    /// </summary>
    /// <param name="isCutOff">No walk reads the descriptor's table from memory any more.</param>
    /// <param name="isOrdered">No walk reads the old value from memory any more.</param>
    public TlbiMiss? Miss(StaleValue stale, bool isCutOff, bool isOrdered)
    {
        Named.Clear();
        if (stale.Regime == CasemateRegime.Stage2 && !_tlbi.AllVmids && !HasVmidOf(stale))
            return TlbiMiss.Vmid;
        if (AddressMiss(stale) is { } miss)
            return miss;
        if (!isOrdered)
            return TlbiMiss.Order;
        // A CPU may have cached every leaf below the table, so operations must name all of them. Each of them names the
        // table too, and after the first no walk brings a leaf back. Old values below the table, which StaleSteps asks
        // for, are named one by one.
        if (stale.Table is { } table && (_tlbi.ByAddress || _tlbi.ByAsid) && !NamesEntries(stale, table, null, 0))
            return TlbiMiss.Entries;
        var other = IdMiss(stale);
        if ((other is not null && Named.Count == 0) || stale.Table is not null || isCutOff || !groups.BringsBack(stale))
            return other;
        Named.Clear();
        return other ?? TlbiMiss.Group;
    }

    private TlbiMiss? AddressMiss(StaleValue stale)
    {
        if (!_tlbi.ByAddress)
            return null;
        ulong last = stale.Input + (stale.Cover - 1);
        if (_scope.First > last || stale.Input - Math.Min(stale.Input, _scope.First) >= _scope.Length)
            return TlbiMiss.Address;
        if (_operand is { Span: not null, Granule: null })
            return TlbiMiss.Reserved;
        if (!_operand.NamesTablesOf(stale.Geometry.Granule))
            return TlbiMiss.Granule;
        if (!_operand.BeginsWithLeaf)
            return TlbiMiss.Alignment;
        // A TLBI with a wrong level hint need not invalidate anything (R_SQXYZ). Last-level forms leave table entries
        // (R_JXKNN).
        if (stale.Table is not null && _tlbi.LastLevel)
            return TlbiMiss.TableEntry;
        return Names(stale.Level, stale.Table is not null) ? null : TlbiMiss.Level;
    }

    private bool HasVmidOf(StaleValue stale) =>
        holders[_cpu].TreeOfVmid is { } tree && stale.Roots.Contains(tree);

    /// <summary>The VMID of the entries of stage 1 that a TLBI of a CPU names.</summary>
    public TlbiVmid VmidOf(in LintedTlbi tlbi, int cpu) =>
        tlbi.AllVmids || !tlbi.El1 || controls.IsHost ? default : holders[cpu].Vmid;

    // Entries above the final level are those of an ASID, as if non-global (R_CHVGJ). A form by ASID and address
    // reaches global leaves too (R_VMSWQ); the form by ASID alone does not. Global leaves are those of one VMID, too.
    private TlbiMiss? IdMiss(StaleValue stale)
    {
        bool byVmid = _vmid.Counts && stale.Regime == CasemateRegime.El1;
        bool byAsid = _tlbi.ByAsid && stale.HasAsids;
        if (byAsid && stale.Table is null && (stale.Value & NotGlobal) == 0)
        {
            if (!_tlbi.ByAddress)
                return TlbiMiss.Asid;
            byAsid = false;
        }

        if (!byVmid && !byAsid)
            return null;
        TlbiMiss? miss = null;
        foreach (ulong root in stale.Roots)
        {
            foreach (var ids in holders.IdsOf(root, _cpu, _tlbi.Broadcast, byVmid, byAsid, stale))
            {
                if (stale.IsGone(ids))
                    continue;
                bool isVmid = ids.Vmid is null || ids.Vmid == _vmid.Value;
                bool isAsid = ids.Asid is null || ids.Asid == _asid;
                var by = Issue with { Vmid = ids.Vmid ?? _vmid.Value, Asid = ids.Asid };
                if (isVmid && isAsid)
                    Named.Add(ids);
                else if (!(stale.ById is { } named && (named.Contains(by) || named.Contains(by with { Asid = null }))))
                    miss = isAsid ? TlbiMiss.OtherVmid : TlbiMiss.Asid;
            }
        }

        stale.NameById(Issue);
        return miss;
    }

    // The table that a descriptor of a page above leads to, or the one that the old value has led to.
    private bool NamesEntries(StaleValue parent, ulong table, LintedPage? above, ulong descriptor)
    {
        bool all = true;
        for (ulong at = 0; at < parent.Geometry.Granule.PageSize; at += LintedPage.Size)
        {
            if (memory.Find(table + at) is not { IsTable: true } page || above?.Links(descriptor, page) == false)
                continue;
            for (int word = 0; word < LintedPage.Words; word++)
            {
                if (page.IsValid(page[word]))
                    all &= NamesEntry(parent, page, word);
            }
        }

        return all;
    }

    // One address inside the cover of a descriptor names it (R_LQLSD); below a table, every descriptor must be named.
    private bool NamesEntry(StaleValue parent, LintedPage page, int word)
    {
        var below = page.TableOf(page[word]);
        ulong address = page.Address + (ulong)word * 8;
        bool all = below is not { } next || NamesEntries(parent, next, page, address);
        if (!_tlbi.ByAddress)
            return all && (!_tlbi.ByAsid || below is not null || (page[word] & NotGlobal) != 0);
        ulong first = page.InputOf(word);
        bool isNamed = _scope.First <= first + (page.Cover - 1)
            && first - Math.Min(first, _scope.First) < _scope.Length
            && Names(page.Level, below is not null);
        var named = NamedBelow(parent);
        if (isNamed)
            named.Add(address);
        return all && named.Contains(address);
    }

    private bool Names(int level, bool isTable) =>
        isTable ? _operand.NamesTableAt(level) : _operand.NamesLeafAt(level);

    private HashSet<ulong> NamedBelow(StaleValue parent)
    {
        parent.NamedBelow ??= [];
        if (!parent.NamedBelow.TryGetValue(Issue, out var named))
            parent.NamedBelow[Issue] = named = [];
        return named;
    }
}
