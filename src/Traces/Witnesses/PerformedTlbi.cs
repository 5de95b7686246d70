using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>A TLBI of a trace that a DSB has to complete.</summary>
/// <param name="Cpu">The CPU that issued it.</param>
/// <param name="Tlbi">The operation as HCR_EL2 directs it.</param>
/// <param name="Operand">What its register names; none for an operation without one.</param>
/// <param name="Asid">The ASID in its register.</param>
/// <param name="Vmid">The VMID of the entries that it names; null for every one.</param>
/// <param name="After">
/// The line of the last DSB or ISB of its CPU before it: it takes effect behind that, and nothing else keeps it back.
/// </param>
internal sealed record PerformedTlbi(
    ulong Event, int Cpu, LintedTlbi Tlbi, TlbiOperand Operand, ushort Asid, TlbiVmid Vmid, long After)
{
    /// <summary>
    /// The members of an entry that remain, 0 for none; null where the operation need not remove anything of it.
    /// </summary>
    /// <param name="members">The members that it covers until now.</param>
    public UInt128? Left(in HeldEntry held, CasemateRegime regime, UInt128 members)
    {
        var entry = held.Entry with { Members = members };
        if (Operand is { Span: not null, Granule: null })
            return null;
        if (Tlbi.ByAddress && !(Operand.NamesTablesOf(held.Geometry.Granule) && Operand.BeginsWithLeaf))
            return null;
        // A hint spares the entries of other levels (R_SQXYZ).
        if (Tlbi.ByAddress && !(entry.IsTable ? Operand.NamesTableAt(entry.Level.Number)
            : Operand.NamesLeafAt(entry.Level.Number)))
            return null;
        if (Vmid.Counts && held.Vmid is { } vmid && vmid != Vmid.Value)
            return null;
        if (regime == CasemateRegime.Stage2 && !(held.Combined ? Tlbi.Combined : Tlbi.Stage2))
            return null;
        if (!TlbMaintenance.Affects(Operation, entry, held.Geometry))
            return null;
        int size = 1 << (entry.Shift - held.Shift);
        if (!Tlbi.ByAddress || size == 1)
            return 0;
        var left = TlbMaintenance.MembersLeft(Operation, entry, held.Geometry);
        var all = size == 128 ? UInt128.MaxValue : (UInt128.One << size) - 1;
        return left == (members & all) ? null : left;
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
