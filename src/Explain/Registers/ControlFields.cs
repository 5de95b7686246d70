using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>The fields of SCTLR, HCR_EL2 and MAIR.</summary>
internal static class ControlFields
{
    private static readonly RegisterField[] OfEachLevel =
    [
        new("M", 0, "stage 1 does not translate", "stage 1 translates"),
        new("A", 1, "unaligned accesses to Normal memory are allowed", "unaligned accesses fault"),
        new("C", 2, "data accesses and walks are non-cacheable", "data accesses and walks may be cacheable"),
        new("SA", 3, "SP need not be aligned", "an unaligned SP faults"),
        new("I", 12, "instruction fetches are non-cacheable", "instruction fetches may be cacheable"),
        new("WXN", 19, "what is writable may be executable", "what is writable is not executable"),
        new("EE", 25, "data and walks are little-endian", "data and walks are big-endian"),
    ];

    /// <summary>SCTLR_EL1.</summary>
    public static IReadOnlyList<RegisterField> SctlrEl1 { get; } =
    [
        .. OfEachLevel.Concat(
        [
            new("SA0", 4, "SP of EL0 need not be aligned", "an unaligned SP of EL0 faults"),
            new("EOS", 11, "an exception return may be no context synchronization event (FEAT_ExS)",
                "an exception return is a context synchronization event"),
            new("EIS", 22, "the entry of an exception may be no context synchronization event (FEAT_ExS)",
                "the entry of an exception is a context synchronization event"),
            new("SPAN", 23, "an exception to EL1 sets PAN", "an exception to EL1 leaves PAN as it is"),
            new("EPAN", 57, "PAN does not count execute-only pages", "PAN counts execute-only pages (FEAT_PAN3)"),
        ]).OrderBy(f => f.Low),
    ];

    /// <summary>SCTLR_EL2 and SCTLR_EL3.</summary>
    public static IReadOnlyList<RegisterField> Sctlr => OfEachLevel;

    /// <summary>HCR_EL2.</summary>
    public static IReadOnlyList<RegisterField> Hcr { get; } =
    [
        new("VM", 0, "stage 2 does not translate", "stage 2 translates"),
        new("FB", 9, "local TLBIs of EL1 stay local",
            "local TLBIs of EL1 reach every CPU of the Inner Shareable domain"),
        new("DC", 12, "stage 1 is as SCTLR_EL1 says", "stage 1 is off, and memory is Normal write-back"),
        new("TTLB", 25, "TLBIs of EL1 do not trap", "TLBIs of EL1 trap to EL2"),
        new("TGE", 27, "EL0 belongs to EL1", "exceptions of EL0 go to EL2; with E2H, EL0 belongs to the host"),
        new("E2H", 34, "EL2 has one half", "EL2 is a host with two halves, as EL1&0"),
        new("FWB", 46, "both stages give the memory type", "stage 2 may force the memory type (FEAT_S2FWB)"),
        new("TTLBIS", 54, "inner shareable TLBIs of EL1 do not trap", "inner shareable TLBIs of EL1 trap to EL2"),
        new("TTLBOS", 55, "outer shareable TLBIs of EL1 do not trap", "outer shareable TLBIs of EL1 trap to EL2"),
    ];

    /// <summary>MAIR_ELx.</summary>
    public static IReadOnlyList<RegisterField> Mair { get; } =
    [
        .. Enumerable.Range(0, 8).Select(i => new RegisterField(
            $"Attr{i}", 8 * i + 7, 8 * i, value => new MemoryTypes(value).Name(0))),
    ];
}
