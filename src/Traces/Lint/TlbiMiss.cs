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
