using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>The fields of the ID registers that memory management rests on.</summary>
internal static class FeatureFields
{
    /// <summary>ID_AA64MMFR0_EL1.</summary>
    public static IReadOnlyList<RegisterField> Mmfr0 { get; } =
    [
        new("PARange", 3, 0, [.. PhysicalSizes.All.Select(s => $"physical addresses of {s} bits"),
            "physical addresses of 56 bits"]),
        new("ASIDBits", 7, 4, ["ASIDs have 8 bits", "reserved", "ASIDs have 16 bits"]),
        new("TGran16", 23, 20, ["no 16K pages", "16K pages", "16K pages with 52-bit addresses (FEAT_LPA2)"]),
        new("TGran64", 27, 24, value => value == 0 ? "64K pages" : value == 15 ? "no 64K pages" : "reserved"),
        new("TGran4", 31, 28, value => value switch
        {
            0 => "4K pages",
            1 => "4K pages with 52-bit addresses (FEAT_LPA2)",
            15 => "no 4K pages",
            _ => "reserved",
        }),
    ];

    /// <summary>ID_AA64MMFR1_EL1.</summary>
    public static IReadOnlyList<RegisterField> Mmfr1 { get; } =
    [
        new("HAFDBS", 3, 0, ["software keeps access flags and dirty state", "hardware can set access flags",
            "hardware can set access flags and dirty state",
            "hardware can set access flags, of tables, too (FEAT_HAFT), and dirty state",
            "hardware can track dirty state in a buffer besides (FEAT_HDBSS)"]),
        new("VMIDBits", 7, 4, ["VMIDs have 8 bits", "reserved", "VMIDs have 16 bits"]),
        new("VH", 11, 8, ["EL2 has one half alone", "EL2 can have two halves, as EL1 (FEAT_VHE)"]),
        new("HPDS", 15, 12, ["permissions of table descriptors always count",
            "permissions of table descriptors can be disabled (FEAT_HPDS)",
            "the same, and bits of leaves can be the system's own (FEAT_HPDS2)"]),
        new("PAN", 23, 20, ["no PAN", "PAN", "PAN, and AT that respects it (FEAT_PAN2)", "PAN, which can respect " +
            "execute-only pages (FEAT_PAN3)"]),
        new("XNX", 31, 28, ["stage 2 has one XN bit", "stage 2 has an XN for EL1 and for EL0 (FEAT_XNX)"]),
        new("ETS", 39, 36, value => value >= 2
            ? $"FEAT_ETS{value}: a walk sees what came before its access in program order" : "no FEAT_ETS2"),
    ];

    /// <summary>ID_AA64MMFR2_EL1.</summary>
    public static IReadOnlyList<RegisterField> Mmfr2 { get; } =
    [
        new("CnP", 3, 0, ["no CnP", "CPUs can share entries (FEAT_TTCNP)"]),
        new("UAO", 7, 4, ["no UAO", "UAO"]),
        new("VARange", 19, 16, ["virtual addresses of 48 bits",
            "with 64K pages, virtual addresses of 52 bits (FEAT_LVA)", "virtual addresses of 56 bits (FEAT_LVA3)"]),
        new("ST", 31, 28, ["T0SZ and T1SZ are at most 39", "small tables: T0SZ and T1SZ up to 48 (FEAT_TTST)"]),
        new("FWB", 43, 40, ["stage 2 cannot force write-back", "stage 2 can force write-back (FEAT_S2FWB)"]),
        new("TTL", 51, 48, ["TLBIs take no level", "TLBIs take a level (FEAT_TTL)"]),
        new("BBM", 55, 52, ["a change of size needs break-before-make",
            "a change of size needs nT or break-before-make (BBM level 1)",
            "a change of size needs no break-before-make, but may raise a TLB conflict abort (BBM level 2)",
            "a change of size needs no break-before-make and raises no TLB conflict abort (BBM level 3)"]),
        new("E0PD", 63, 60, ["no E0PD", "TCR can keep EL0 out of a half (FEAT_E0PD)"]),
    ];
}
