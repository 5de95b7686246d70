using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>A TLBI of a trace that a DSB has to complete.</summary>
/// <param name="Tlbi">The operation as HCR_EL2 directs it.</param>
/// <param name="Operand">What its register names; none for an operation without one.</param>
/// <param name="Asid">The ASID in its register.</param>
/// <param name="Vmid">The VMID of the entries that it names; null for every one.</param>
internal readonly record struct PerformedTlbi(
    ulong Event, LintedTlbi Tlbi, TlbiOperand Operand, ushort Asid, ushort? Vmid)
{
    /// <summary>Takes from a TLB what the operation must remove at least.</summary>
    /// <param name="vmidOf">The VMID of the entries that a walk has made; null where it is not known.</param>
    /// <returns>The number of entries that are gone or have lost a part of their cover.</returns>
    public int Perform(Tlb tlb, TranslationGeometry geometry, Func<int, ushort?> vmidOf)
    {
        if (Tlbi.ByAddress && !(Operand.NamesTablesOf(geometry.Granule) && Operand.BeginsWithLeaf))
            return 0;
        // A hint spares the entries of other levels (R_SQXYZ).
        var (operand, vmid) = (Operand, Vmid);
        bool isHinted = Tlbi.ByAddress && operand.Level is not null;
        List<TlbEntry> spared = isHinted || vmid is not null ? [.. tlb.Entries().Where(IsSpared)] : [];
        int before = tlb.Count;
        int removed = tlb.Invalidate(Operation);
        foreach (var entry in spared)
            tlb.Insert(entry);
        return spared.Count == 0 ? removed : before - tlb.Count;

        bool IsSpared(TlbEntry e) =>
            (vmid is not null && vmidOf(e.Source) is { } other && other != vmid)
            || (isHinted
                && !(e.IsTable ? operand.NamesTableAt(e.Level.Number) : operand.NamesLeafAt(e.Level.Number)));
    }

    private TlbiOperation Operation => new(Scope, Tlbi.Broadcast, Operand.Address, Operand.Length, Asid);

    private TlbiScope Scope => (Tlbi.ByAddress, Tlbi.ByAsid, Tlbi.LastLevel) switch
    {
        (false, false, _) => TlbiScope.All,
        (false, true, _) => TlbiScope.Asid,
        (true, true, false) => TlbiScope.Va,
        (true, true, true) => TlbiScope.VaLastLevel,
        (true, false, false) => TlbiScope.VaAllAsids,
        (true, false, true) => TlbiScope.VaAllAsidsLastLevel,
    };
}
