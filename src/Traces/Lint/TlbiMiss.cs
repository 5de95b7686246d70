using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Why a TLBI leaves an old value in the TLBs that it reaches. A later one of these has come nearer to the value.
/// </summary>
internal enum TlbiMiss : byte
{
    /// <summary>It is for another regime.</summary>
    Regime,

    /// <summary>It names other addresses.</summary>
    Address,

    /// <summary>Its VMID is not that of the tree.</summary>
    Vmid,

    /// <summary>Not every walk read the new value when it came.</summary>
    Order,

    /// <summary>It is a range whose TG is 0, which is reserved (R_XKMMX).</summary>
    Reserved,

    /// <summary>It names tables of another granule (R_XKMMX, R_SQXYZ).</summary>
    Granule,

    /// <summary>It is a range that begins inside a leaf of the level in its hint.</summary>
    Alignment,

    /// <summary>Its hint names another level (R_SQXYZ).</summary>
    Level,

    /// <summary>Its last-level form leaves table entries (R_JXKNN).</summary>
    TableEntry,

    /// <summary>It names only some of the leaves below the table.</summary>
    Entries,

    /// <summary>It names another VMID of the guest's own tables.</summary>
    OtherVmid,

    /// <summary>It names another ASID, or an ASID alone where the leaf is global.</summary>
    Asid,

    /// <summary>A walk of another member of the contiguous group brings the value back.</summary>
    Group,
}

/// <summary>A TLBI of a trace, as messages name it.</summary>
/// <param name="Event">Its event.</param>
/// <param name="Cpu">The CPU that issued it.</param>
/// <param name="First">The first input address that it names.</param>
/// <param name="Length">The bytes from there.</param>
internal sealed record IssuedTlbi(
    LintedEvent Event, int Cpu, LintedTlbi Operation, ulong First, ulong Length, ushort Asid)
{
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
