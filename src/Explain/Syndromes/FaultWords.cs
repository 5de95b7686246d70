using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Syndromes;

/// <summary>What each kind of fault says about the translation tables.</summary>
internal static class FaultWords
{
    public static string Of(FaultStatus fault) => fault switch
    {
        { Kind: FaultKind.Translation, Level: 0 } => "Either the descriptor of level 0 is not valid, or there was no " +
            "walk: the address lies in neither half, or TCR_ELx.EPDn is 1. Nothing of it is ever cached.",
        { Kind: FaultKind.AddressSize, Level: 0 } => "The base address in TTBRn_ELx, or the descriptor of level 0, " +
            "has more bits than the CPU or TCR_ELx.IPS has.",
        _ => Of(fault.Kind),
    };

    /// <summary>A permission fault of an instruction fetch.</summary>
    public const string ExecutionForbidden = "The translation is valid and forbids execution (PXN or UXN, PXNTable or "
        + "UXNTable above it, or memory that a lower level may write). It can come from a TLB entry that is older than "
        + "the table.";

    /// <summary>A fault of stage 2 on a walk of stage 1 (S1PTW): the level is stage 2's.</summary>
    public static string OfStage2(FaultKind kind) => kind switch
    {
        FaultKind.Translation => "Stage 2 does not map the page of a stage-1 table that the walk was to read.",
        FaultKind.Permission => "Stage 2 does not permit the access to the page of a stage-1 table: to read it, or " +
            "to update a descriptor in it (access flag, dirty state) where WnR is 1.",
        FaultKind.AccessFlag => "Stage 2 maps the page of a stage-1 table by a descriptor with AF = 0.",
        FaultKind.AddressSize => "The address of a stage-1 table, or a descriptor of stage 2 for it, has more bits " +
            "than VTCR_EL2.PS or the CPU has.",
        _ => Of(kind),
    };

    private static string Of(FaultKind kind) => kind switch
    {
        FaultKind.AddressSize => "A descriptor on the way holds an output address with more bits than the CPU or " +
            "TCR_ELx.IPS has. Usually the table was overwritten, or is no table.",
        FaultKind.Translation => "The walk ended at a descriptor that is not valid. Such a descriptor is never " +
            "cached, so the walk read it from memory, now or before the CPU's last context synchronization event.",
        FaultKind.AccessFlag => "The descriptor is valid with AF = 0. Such a descriptor is never cached.",
        FaultKind.Permission => "The translation is valid and does not permit the access. It can come from a TLB " +
            "entry that is older than the table: a read-only translation is cached.",
        FaultKind.External => "Memory or a device answered the access with an error.",
        FaultKind.ExternalOnWalk => "The walk read a table where there is no memory, or memory that answers with an " +
            "error: a table page that is gone, or a descriptor that is none.",
        FaultKind.TagCheck => "The memory tag of the address differs from that of the memory.",
        FaultKind.Parity => "The memory answered with data that it knows to be wrong.",
        FaultKind.ParityOnWalk => "The walk read a descriptor from memory that answered with data that it knows to " +
            "be wrong.",
        FaultKind.Alignment => "The address is not aligned, and the memory type or SCTLR_ELx.A demands it. Device " +
            "memory always does.",
        FaultKind.GranuleProtection => "The physical address belongs to another security state (RME).",
        FaultKind.GranuleProtectionOnWalk => "A table lies in memory of another security state (RME).",
        FaultKind.TlbConflict => "The TLB holds two entries for the address. A live translation has changed without " +
            "break-before-make where the CPU needs it, or a TLBI between the change and this access is missing.",
        FaultKind.AtomicHardwareUpdate => "Hardware was to update the access flag or dirty state in memory that " +
            "supports no atomic access.",
        FaultKind.Lockdown or FaultKind.UnsupportedAtomic => "The CPU's manual says what it means.",
        FaultKind.Reserved => "No fault has this code.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };

    /// <summary>Labels of the rules about a kind of fault.</summary>
    public static ImmutableArray<string> Labels(FaultKind kind) => kind switch
    {
        FaultKind.Translation => ["R_XCLRD", "R_SPVBD", "I_WZCBG", "R_NNFPF"],
        FaultKind.AccessFlag or FaultKind.AddressSize => ["R_XCLRD"],
        FaultKind.Permission => ["R_FFWJK", "R_LXHLD"],
        FaultKind.ExternalOnWalk => ["R_RVJDB", "R_JXKNN"],
        FaultKind.TlbConflict => ["R_FVQCK", "R_WHZWS", "I_HYQMB", "I_CFFVK"],
        _ => [],
    };

    /// <summary>Commands with which one goes on.</summary>
    public static ImmutableArray<string> Commands(FaultKind kind) => kind switch
    {
        FaultKind.TlbConflict => ["mmu lint TRACE --bbm 0", "mmu check spin", "mmu explain bbm"],
        FaultKind.Translation or FaultKind.Permission or FaultKind.AddressSize or FaultKind.ExternalOnWalk =>
            ["mmu audit DUMP", "mmu walk tables.bin --registers registers.txt"],
        _ => [],
    };
}
