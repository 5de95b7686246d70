using Orleans.Mmu.Arm.Processors;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>The fields of TCR_EL1 and VTCR_EL2: how tables are walked.</summary>
internal static class WalkFields
{
    private static readonly string[] LowerGranules = ["4K pages", "64K pages", "16K pages"];
    private static readonly string[] UpperGranules = ["reserved", "16K pages", "4K pages", "64K pages"];

    private static readonly string[] Shareability =
        ["walks are non-shareable", "reserved", "walks are outer shareable", "walks are inner shareable"];

    private static readonly string[] Cacheability =
        ["non-cacheable", "write-back", "write-through", "write-back without write allocation"];

    private static readonly string[] Sizes = [.. PhysicalSizes.All.Select(s => $"physical addresses of {s} bits")];

    private static readonly RegisterField LargeAddresses = new(
        "DS", 59, "with 4K and 16K pages addresses have at most 48 bits",
        "with 4K and 16K pages addresses may have 52 bits (FEAT_LPA2)");

    /// <summary>TCR_EL1.</summary>
    public static IReadOnlyList<RegisterField> Tcr { get; } =
    [
        InputSize("T0SZ", 0, "the lower half"), WalksOff("EPD0", 7, "TTBR0"), .. Attributes("0", 8),
        new("TG0", 15, 14, LowerGranules), InputSize("T1SZ", 16, "the upper half"),
        new("A1", 22, "TTBR0 holds the ASID", "TTBR1 holds the ASID"), WalksOff("EPD1", 23, "TTBR1"),
        .. Attributes("1", 24), new("TG1", 31, 30, UpperGranules), new("IPS", 34, 32, Sizes),
        new("AS", 36, "ASIDs have 8 bits", "ASIDs have 16 bits"), TopByte("TBI0", 37, "lower"),
        TopByte("TBI1", 38, "upper"), AccessFlag(39), DirtyState(40), Hierarchical("HPD0", 41, "lower"),
        Hierarchical("HPD1", 42, "upper"), TopByteOfData("TBID0", 51, "TBI0"), TopByteOfData("TBID1", 52, "TBI1"),
        NonFault("NFD0", 53, "lower"), NonFault("NFD1", 54, "upper"), Unprivileged("E0PD0", 55, "lower"),
        Unprivileged("E0PD1", 56, "upper"), Unchecked("TCMA0", 57, "lower", 0), Unchecked("TCMA1", 58, "upper", 15),
        LargeAddresses,
    ];

    /// <summary>VTCR_EL2.</summary>
    public static IReadOnlyList<RegisterField> Vtcr { get; } =
    [
        InputSize("T0SZ", 0, "a guest (IPAs)"),
        new("SL0", 7, 6, _ => "the level of the root, with TG0, DS and SL2"), .. Attributes("0", 8),
        new("TG0", 15, 14, LowerGranules), new("PS", 18, 16, Sizes),
        new("VS", 19, "VMIDs have 8 bits", "VMIDs have 16 bits"), AccessFlag(21), DirtyState(22),
        LargeAddresses with { High = 32, Low = 32 },
        new("SL2", 33, "the root is at level 0 or below", "with 4K pages, DS = 1 and SL0 = 0 the root is at level -1"),
    ];

    private static RegisterField InputSize(string name, int low, string of) =>
        new(name, low + 5, low, value => $"addresses of {of} have {64 - (int)value} bits");

    private static IEnumerable<RegisterField> Attributes(string half, int low) =>
    [
        new($"IRGN{half}", low + 1, low, [.. Cacheability.Select(c => $"walks are inner {c}")]),
        new($"ORGN{half}", low + 3, low + 2, [.. Cacheability.Select(c => $"walks are outer {c}")]),
        new($"SH{half}", low + 5, low + 4, Shareability),
    ];

    private static RegisterField WalksOff(string name, int bit, string ttbr) =>
        new(name, bit, $"walks begin at {ttbr}", $"no walk begins at {ttbr}; what the TLB holds stays usable");

    private static RegisterField TopByte(string name, int bit, string half) => new(
        name, bit, $"the top byte of an address of the {half} half counts",
        $"the top byte of an address of the {half} half is ignored");

    private static RegisterField TopByteOfData(string name, int bit, string ignored) =>
        new(name, bit, $"{ignored} is of data and instructions", $"{ignored} is of data alone");

    private static RegisterField AccessFlag(int bit) =>
        new("HA", bit, "the first access through AF = 0 faults", "hardware sets the access flag");

    private static RegisterField DirtyState(int bit) => new(
        "HD", bit, "DBM means nothing", "a store through a read-only leaf with DBM = 1 makes it writable");

    private static RegisterField Hierarchical(string name, int bit, string half) => new(
        name, bit, $"permissions in table descriptors of the {half} half count",
        $"permissions in table descriptors of the {half} half do not count");

    private static RegisterField NonFault(string name, int bit, string half) => new(
        name, bit, $"non-fault loads of EL0 (SVE) may walk the {half} half",
        $"non-fault loads of EL0 (SVE) do not walk the {half} half");

    private static RegisterField Unprivileged(string name, int bit, string half) => new(
        name, bit, $"EL0 may use the {half} half", $"accesses of EL0 to the {half} half take a translation fault");

    private static RegisterField Unchecked(string name, int bit, string half, int tag) => new(
        name, bit, $"accesses to the {half} half with tag {tag} are checked",
        $"accesses to the {half} half with tag {tag} are not checked");
}
