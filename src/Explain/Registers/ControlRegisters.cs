using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>The registers that say how tables are read.</summary>
internal static class ControlRegisters
{
    private const string Effect =
        "After a write both values may be in use until the CPU's next context synchronization event. Fields may be " +
        "cached in the TLB, so that entries which were made under the old value stay until a TLBI removes them.";

    private static readonly ImmutableArray<(string Field, string Says)> TcrEl1Fields =
    [
        ("T0SZ, T1SZ", "64 minus the bits of an address of the lower half, of the upper half"),
        ("EPD0, EPD1", "1: no walk begins at that half's TTBR; what the TLB holds stays usable"),
        ("TG0, TG1", "the granule of each half"),
        ("A1", "which TTBR holds the ASID of both halves"),
        ("IPS", "the physical address size"),
        ("HA, HD", "hardware updates the access flag and the dirty state"),
        ("TBI0, TBI1", "the top byte of an address is ignored"),
        ("DS", "52-bit addresses with 4K and 16K pages (FEAT_LPA2)"),
    ];

    private static readonly ImmutableArray<(string Field, string Says)> SctlrFields =
    [
        ("M, bit 0", "1: stage 1 translates; 0: addresses are physical, and no walk is made"),
        ("C, bit 2", "data accesses and walks may be cacheable"),
        ("WXN, bit 19", "what is writable is not executable"),
    ];

    private static readonly ImmutableArray<(string Field, string Says)> MairFields =
    [
        ("Attr0 to Attr7", "eight bits each: the memory type that AttrIndx of a leaf selects"),
    ];

    public static ImmutableArray<SystemRegister> All { get; } =
    [
        Control("TCR_EL1", "How the tables of both halves of EL1&0 are walked.", TcrEl1Fields) with
        {
            Labels = ["I_RBMTM", "R_SCBSR", "R_XCLRD"],
        },
        Control("TCR_EL2", "How the tables of EL2 are walked; as TCR_EL1 where HCR_EL2.E2H is 1.", []),
        Control("TCR_EL3", "How the tables of EL3 are walked. No verdict of this program rests on it.", []),
        Control("VTCR_EL2", "How the tables of stage 2 are walked.",
        [
            ("T0SZ", "64 minus the bits of an IPA"), ("SL0", "the level of the root"), ("TG0", "the granule"),
            ("PS", "the physical address size"),
        ]),
        Control("MAIR_EL1", "The memory types that leaves of EL1&0 name by AttrIndx.", MairFields) with
        {
            Labels = ["I_RBMTM", "R_WHZWS"],
        },
        Control("MAIR_EL2", "The memory types that leaves of EL2 name by AttrIndx.", MairFields),
        Control("MAIR_EL3", "The memory types that leaves of EL3 name by AttrIndx.", MairFields),
        Control("SCTLR_EL1", "Whether EL1&0 translates, and general controls of EL1.", SctlrFields),
        Control("SCTLR_EL2", "Whether EL2 translates, and general controls of EL2.", SctlrFields),
        Control("SCTLR_EL3", "Whether EL3 translates, and general controls of EL3.", SctlrFields),
        Control("HCR_EL2", "What a hypervisor controls of EL1 and EL0.",
        [
            ("VM, bit 0", "1: stage 2 translates"), ("E2H, bit 34", "1: EL2 is a host with two halves, as EL1&0"),
            ("TGE, bit 27", "1 with E2H: EL0 belongs to the host at EL2"), ("FB, bit 9", "local TLBIs of EL1 reach " +
            "every CPU of the Inner Shareable domain"), ("TTLB, bit 25", "TLBIs of EL1 trap to EL2"),
        ]),
        .. ((string[])["TCR2_EL1", "TCR2_EL2", "SCTLR2_EL1", "SCTLR2_EL2", "SCTLR2_EL3", "MAIR2_EL1", "MAIR2_EL2",
            "MAIR2_EL3", "HCRX_EL2", "TCRMASK_EL1", "TCRMASK_EL2", "SCTLRMASK_EL1", "SCTLRMASK_EL2"])
            .Select(Extension),
        Control("PIR_EL1", "The permissions that leaves of EL1 name by index (FEAT_S1PIE).", []),
        Control("PIRE0_EL1", "The permissions that leaves name by index for EL0 (FEAT_S1PIE).", []),
        Control("POR_EL0", "The overlay permissions of EL0: protection keys (FEAT_S1POE).", []),
        Control("POR_EL1", "The overlay permissions of EL1 (FEAT_S1POE).", []),
        Control("CONTEXTIDR_EL1", "A number of the context, for debuggers. AArch64 takes no ASID from it.", []) with
        {
            Effect = "",
        },
    ];

    private static SystemRegister Control(
        string name, string holds, ImmutableArray<(string Field, string Says)> fields) =>
        new(name, holds, fields) { Effect = Effect, Labels = ["I_RBMTM"] };

    private static SystemRegister Extension(string name)
    {
        string plain = name.Replace("MASK", "", StringComparison.Ordinal).Replace("X_", "_", StringComparison.Ordinal)
            .Replace("2_", "_", StringComparison.Ordinal);
        string holds = name.Contains("MASK", StringComparison.Ordinal)
            ? $"Which fields of {plain} a write leaves as they are (FEAT_SRMASK)."
            : $"Fields of extensions for which {plain} has no room.";
        return Control(name, $"{holds} No verdict of this program rests on it.", []);
    }
}
