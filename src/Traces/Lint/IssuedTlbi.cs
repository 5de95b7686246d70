using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// A TLBI of a trace, as messages name it. Once nothing refers to it, it becomes a later one, so that a TLBI costs no
/// allocation.
/// </summary>
/// <param name="spare">Receives it then.</param>
internal sealed class IssuedTlbi(Stack<IssuedTlbi> spare)
{
    private int _references;

    /// <summary>Its event.</summary>
    public LintedEvent Event { get; private set; }

    /// <summary>The CPU that issued it.</summary>
    public int Cpu { get; private set; }

    public LintedTlbi Operation { get; private set; }

    /// <summary>The first input address that it names.</summary>
    public ulong First { get; private set; }

    /// <summary>The bytes from there.</summary>
    public ulong Length { get; private set; }

    public ushort Asid { get; private set; }

    /// <summary>It becomes a TLBI of an event.</summary>
    public void Become(
        LintedEvent at, int cpu, in LintedTlbi operation, (ulong First, ulong Length) scope, ushort asid) =>
        (Event, Cpu, Operation, First, Length, Asid) = (at, cpu, operation, scope.First, scope.Length, asid);

    /// <summary>A reference is about to lead to another TLBI.</summary>
    /// <param name="before">Where it leads now; null for none.</param>
    /// <returns>Where it is to lead.</returns>
    public static IssuedTlbi? Exchange(IssuedTlbi? before, IssuedTlbi? after)
    {
        if (after is not null)
            after._references++;
        before?.Release();
        return after;
    }

    private void Release()
    {
        if (--_references == 0)
            spare.Push(this);
    }

    /// <summary>What it does instead of removing a value: "names ASID 3".</summary>
    public string Instead(TlbiMiss miss, StaleValue value) => miss switch
    {
        TlbiMiss.Regime => Operation.NotReaching,
        TlbiMiss.Address when Length <= Granule.K4.PageSize =>
            $"names address {InputAddress.Text(First)}{Wanted(value)}",
        TlbiMiss.Address => $"names addresses {InputAddress.Text(First)} to "
            + $"{InputAddress.Text(First + (Length - 1))}{Wanted(value)}",
        TlbiMiss.Vmid => "names another VMID",
        TlbiMiss.OtherVmid => "leaves entries that were read under another VMID (R_NWYRD)",
        TlbiMiss.Order => $"of CPU {Cpu} came before the DSBs that make every walk read the new value",
        TlbiMiss.Reserved => "is a range whose TG is 0, which is reserved, so it names nothing (R_XKMMX)",
        TlbiMiss.Granule => "names tables of another granule (R_XKMMX, R_SQXYZ)",
        TlbiMiss.Alignment => "is a range that does not begin where a leaf of the level in its hint begins",
        TlbiMiss.Level => "hints at another level (R_SQXYZ)",
        TlbiMiss.TableEntry => "is of a last-level form, which leaves table entries (R_JXKNN)",
        TlbiMiss.Entries => "names only some of the leaves below the table",
        TlbiMiss.Asid when Operation.ByAddress => $"names ASID {Asid}",
        TlbiMiss.Asid => $"names the non-global entries of ASID {Asid}",
        _ => "names one member of its contiguous group, and a walk of another brings it back",
    };

    private static string Wanted(StaleValue value) =>
        $", and the old value translates {InputAddress.Text(value.Input)} to "
        + InputAddress.Text(value.Input + (value.Cover - 1));
}
