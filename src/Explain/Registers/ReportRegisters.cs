using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>The registers by which a CPU reports a fault, or says what it is.</summary>
internal static class ReportRegisters
{
    public static ImmutableArray<SystemRegister> All { get; } =
    [
        .. OfEachLevel("ESR", "Why the CPU took the last exception to EL{0}; explain decodes a value: esr=0x…."),
        .. OfEachLevel("FAR", "The address of the last abort that was taken to EL{0}, unless FnV of the ESR is 1."),
        .. OfEachLevel("ELR", "Where an exception that was taken to EL{0} returns to."),
        .. OfEachLevel("SPSR", "The state of the CPU before the last exception that was taken to EL{0}."),
        .. OfEachLevel("VBAR", "Where the handlers of exceptions to EL{0} begin."),
        new("HPFAR_EL2", "The IPA of a fault of stage 2.", []),
        new("PAR_EL1", "What an AT instruction found: a physical address with attributes, or a fault.", []),
        new("MIDR_EL1", "Implementer, part, variant and revision: which core the CPU is. mmu cores lists them.", []),
        new("MPIDR_EL1", "The affinity of the CPU: its place in clusters.", []),
        Features("ID_AA64MMFR0_EL1", ("PARange", "the physical address size"), ("TGran4, TGran16, TGran64",
            "the granules of stage 1, and whether 4K and 16K have 52-bit addresses")),
        Features("ID_AA64MMFR1_EL1", ("HAFDBS", "hardware updates of the access flag and dirty state"), ("ETS",
            "2 and 3: FEAT_ETS2"), ("XNX, PAN, VMIDBits", "other features of translation")),
        Features("ID_AA64MMFR2_EL1", ("BBM", "the level of FEAT_BBM: 0, 1 or 2"), ("CnP", "whether CnP exists"),
            ("TTL", "whether a TLBI takes a level hint"), ("VARange", "52-bit virtual addresses with 64K pages")),
        Features("ID_AA64MMFR3_EL1", ("S1PIE, S1POE", "permissions by index, and overlays")),
        Features("ID_AA64MMFR4_EL1", ("E2H0", "whether HCR_EL2.E2H can be 0")),
        Features("ID_AA64ISAR0_EL1", ("TLB", "1: OS forms of TLBI; 2: range forms, too (FEAT_TLBIRANGE)")),
        Features("ID_AA64ISAR1_EL1", ("XS", "nXS forms of TLBI and DSB (FEAT_XS)")),
    ];

    private static IEnumerable<SystemRegister> OfEachLevel(string name, string holds) =>
        from level in (string[])["1", "2", "3"]
        select new SystemRegister($"{name}_EL{level}", holds.Replace("{0}", level, StringComparison.Ordinal), []);

    private static SystemRegister Features(string name, params ImmutableArray<(string Field, string Says)> fields) =>
        new(name, "Features of the CPU's memory management, four bits each; software reads it.", fields);
}
