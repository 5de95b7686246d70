namespace Orleans.Mmu.Audit.Findings;

/// <summary>A rule by which an audit judges a kernel's tables.</summary>
/// <param name="Name">The stable name in reports, in kebab case.</param>
/// <param name="Meaning">What the rule forbids and why, in one sentence.</param>
/// <param name="Source">The Linux function or the Arm label that the rule follows.</param>
public sealed record AuditRule(string Name, string Meaning, string Source)
{
    public static AuditRule WritableAndExecutable { get; } = new("writable-and-executable",
        "A leaf lets the kernel write and execute the same memory, so that a stray store becomes code.",
        "Linux: ptdump_check_wx(), note_prot_wx() in arch/arm64/mm/ptdump.c");

    public static AuditRule ExecutableByUser { get; } = new("executable-by-user",
        "A leaf of the kernel's half lacks UXN, so that user space could execute it.",
        "Linux: note_prot_uxn() in arch/arm64/mm/ptdump.c (\"non-UXN pages found\")");

    public static AuditRule AccessibleByUser { get; } = new("accessible-by-user",
        "A leaf of the kernel's half has AP[1] set, so that user space could access it.",
        "Linux: PAGE_KERNEL and its variants have no PTE_USER (arch/arm64/include/asm/pgtable-prot.h)");

    public static AuditRule ExecutableLinearMap { get; } = new("executable-linear-map",
        "The linear map is data: a leaf of it that lacks PXN gives code a second, unintended address.",
        "Linux: map_mem() maps with PAGE_KERNEL, which has PTE_PXN (arch/arm64/mm/mmu.c)");

    public static AuditRule TextWritableAlias { get; } = new("text-writable-alias",
        "Memory that is executed, or read-only data of the image, can be written through another address.",
        "Linux: mark_linear_text_alias_ro() for the image, set_memory_ro() for modules and BPF programs");

    public static AuditRule MixedContiguousGroup { get; } = new("mixed-contiguous-group",
        "Some members of a contiguous group have the Contiguous bit, and others lack it, are invalid, or differ in "
        + "attributes: a TLB may use one entry for all of them.",
        "Arm: R_QTRPM; I_PGVGZ allows invalid members, which Linux does not leave: it changes a group as a whole");

    public static AuditRule MisalignedContiguousGroup { get; } = new("misaligned-contiguous-group",
        "The members of a contiguous group do not map one piece of memory that is aligned to the group's size.",
        "Arm: DDI0487 \"The Contiguous bit\"; Linux: alloc_init_cont_pte(), alloc_init_cont_pmd()");

    public static AuditRule MemoryType { get; } = new("memory-type",
        "RAM of the linear map, or code, is mapped as Device or non-cacheable, or RAM has an alias that is Device.",
        "Arm: DDI0487 \"Mismatched memory attributes\"; Linux: pgprot_tagged(PAGE_KERNEL), ioremap() refuses RAM");

    public static AuditRule NotInnerShareable { get; } = new("not-inner-shareable",
        "Normal cacheable memory that is not inner shareable is not coherent between the CPUs.",
        "Linux: PROT_NORMAL has PTE_SHARED (arch/arm64/include/asm/pgtable-prot.h)");

    public static AuditRule AccessFlagClear { get; } = new("access-flag-clear",
        "A valid leaf of the kernel has AF = 0: its first use takes an Access flag fault, which the kernel does not "
        + "handle for its own addresses.",
        "Arm: DDI0487 \"The Access flag\"; Linux: PROT_DEFAULT has PTE_AF");

    public static AuditRule WrongOutputAddress { get; } = new("wrong-output-address",
        "A leaf of the linear map maps other memory than its address stands for.",
        "Linux: __phys_to_virt() is one fixed offset (arch/arm64/include/asm/memory.h)");

    public static AuditRule TableReachedTwice { get; } = new("table-reached-twice",
        "Two entries lead to the same table, or a table leads back to itself: a change below one of them changes "
        + "the other, too.",
        "Linux: each kernel table has one parent; only KASAN's early shadow shares tables "
        + "(arch/arm64/mm/kasan_init.c)");

    public static AuditRule TableOutsideDump { get; } = new("table-outside-dump",
        "An entry leads to a table at an address of which the dump has no memory.",
        "Arm: DDI0487 \"Table descriptor\", the next-level table address; Linux: tables lie in RAM");

    public static AuditRule ReservedBits { get; } = new("reserved-bits",
        "A valid descriptor has a reserved type at its level, or sets bits that are RES0.",
        "Arm: DDI0487 \"VMSAv8-64 descriptor formats\"");

    public static AuditRule OutputBeyondPa { get; } = new("output-beyond-pa",
        "A descriptor holds an address beyond the physical address size: its use is an Address size fault.",
        "Arm: DDI0487 \"Address size fault\", TCR_EL1.IPS, ID_AA64MMFR0_EL1.PARange");

    public static AuditRule OverlappingRanges { get; } = new("overlapping-ranges",
        "Two rows of a ptdump cover the same addresses.",
        "Linux: note_page() prints each address once (arch/arm64/mm/ptdump.c)");

    public static AuditRule MissingRange { get; } = new("missing-range",
        "Rows of a ptdump are missing: the next row does not begin where the one before it ends.",
        "Linux: note_page() prints unmapped ranges, too (arch/arm64/mm/ptdump.c)");

    /// <summary>All rules, in the order of reports.</summary>
    public static IReadOnlyList<AuditRule> All { get; } =
    [
        WritableAndExecutable, TextWritableAlias, ExecutableLinearMap, ExecutableByUser, AccessibleByUser,
        MixedContiguousGroup, MisalignedContiguousGroup, MemoryType, NotInnerShareable, AccessFlagClear,
        WrongOutputAddress, TableReachedTwice, TableOutsideDump, ReservedBits, OutputBeyondPa, OverlappingRanges,
        MissingRange,
    ];
}
