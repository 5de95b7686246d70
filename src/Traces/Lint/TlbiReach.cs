using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Decides which changed descriptors a broadcast TLBI names, so that their old values leave the TLBs.
/// </summary>
internal sealed class TlbiReach
{
    /// <summary>Addresses are followed in the 56 bits that a TLBI by address names.</summary>
    public const ulong AddressMask = (1UL << 56) - 1;

    private readonly LintedMemory _memory;
    private readonly LintedRoots _roots;
    private readonly Func<UncleanDescriptor, bool> _names;
    private LintedTlbi _tlbi;
    private TlbiOperand _operand;
    private (ulong First, ulong Length) _scope;
    private int _cpu;

    public TlbiReach(LintedMemory memory, LintedRoots roots) => (_memory, _roots, _names) = (memory, roots, IsNamed);

    /// <summary>Takes a broadcast TLBI of a CPU to the descriptors that the CPU has changed.</summary>
    /// <param name="value">The register of the operation.</param>
    public void Invalidate(UncleanDescriptors unclean, in LintedTlbi tlbi, ulong value, int cpu)
    {
        (_tlbi, _cpu) = (tlbi, cpu);
        _operand = tlbi.ByAddress ? tlbi.Operand(value) : default;
        // TG 0 is reserved. Traces write it where they have no TG to say, so here it means the granule that is judged.
        if (_operand.Granule is not null && !_operand.NamesTablesOf(Granule.K4))
            return;
        _scope = tlbi.ByAddress ? (_operand.Address.Value & AddressMask, _operand.Length) : (0, ulong.MaxValue);
        unclean.Tlbi(tlbi, _scope.First, _scope.Length, _names);
    }

    private bool IsNamed(UncleanDescriptor change)
    {
        var page = change.Page;
        if (page.Regime == CasemateRegime.Stage2 && !_tlbi.AllVmids && !_roots.IsCurrentVmid(page.RootAddress, _cpu))
            return false;
        if (_tlbi.NonGlobalOnly && (change.Old & 1UL << 11) == 0)
            return false;
        if (!_tlbi.ByAddress)
            return true;
        ulong? table = LintedTrees.TableOf(change.Old, page.Level);
        // A TLBI with a wrong level hint need not invalidate anything (R_SQXYZ). Last-level forms leave table entries
        // (R_JXKNN).
        if ((table is null && !_operand.NamesLeafAt(page.Level)) || (_tlbi.LastLevel && table is not null))
            return false;
        // A CPU may have cached every leaf below the table, so the operation must name all of them.
        if (table is { } below && _memory.Find(below) is { } child && !NamesEntries(child, change))
            return false;
        ulong last = change.Input + (page.Cover - 1);
        return _scope.First <= last && change.Input - Math.Min(change.Input, _scope.First) < _scope.Length;
    }

    // A range as long as the table's may begin in its middle and leave what lies before.
    private bool NamesEntries(LintedPage table, UncleanDescriptor parent)
    {
        ulong cover = parent.Page.Cover / LintedPage.Words;
        for (int word = 0; word < LintedPage.Words; word++)
        {
            if ((table[word] & 1) == 0)
                continue;
            ulong first = parent.Input + (ulong)word * cover;
            if (_scope.Length < parent.Page.Cover || first < _scope.First
                || first - _scope.First > _scope.Length - cover)
                return false;
        }

        return true;
    }
}
