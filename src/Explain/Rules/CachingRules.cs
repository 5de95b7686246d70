using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Rules;

/// <summary>
/// What a CPU may cache of a translation table, when a walk sees a store, and when a register takes effect.
/// </summary>
internal static class CachingRules
{
    public static ImmutableArray<ArmRule> All { get; } =
    [
        new("R_SQBCS",
            "A CPU may walk the tables and cache what it finds at any time, for an access that the program " +
            "makes or for one that the CPU only speculates on, as long as the translation regime is in context.",
            ["boot", "check", "lint", "litmus"]),
        new("I_RCGCH",
            "Speculation needs no cause in the program: a valid descriptor that can be reached may be cached " +
            "although no instruction uses its address.",
            ["check", "litmus"]),
        new("R_XCLRD",
            "A descriptor whose use ends in a Translation, Address size or Access flag fault is never cached. " +
            "Invalid descriptors are therefore never in a TLB.",
            ["boot", "check", "lint", "litmus"]),
        new("I_WZCBG",
            "A descriptor that becomes valid needs no TLBI, because nothing invalid was cached. It needs a DSB " +
            "to be visible to walks, and a context synchronization event before the CPU's own next instruction " +
            "can count on it.",
            ["check", "lint", "litmus"]),
        new("R_RVJDB",
            "A TLB entry is any structure that holds a descriptor: leaves, table entries of upper levels, and " +
            "the registers of a walk in progress. A TLBI reaches all of them.",
            ["boot", "check", "lint", "litmus"]),
        new("R_FFWJK",
            "TLBs are not coherent with memory: a cached translation may stay in use after the descriptor has " +
            "changed, until a TLBI removes it.",
            ["check", "lint", "litmus"]),
        new("I_YGYRY",
            "No entry is guaranteed to stay in a TLB.",
            ["check", "litmus"]),
        new("R_NWYRD",
            "A TLB entry belongs to a security state, a translation regime, a VMID where there is one, and, if " +
            "it is not global, an ASID.",
            ["lint"]),
        new("R_CHVGJ",
            "Only a leaf can be global (nG = 0). A cached table entry always belongs to an ASID.",
            ["boot", "check", "lint"]),
        new("R_SCBSR",
            "TCR_EL1.A1 selects which TTBR holds the ASID; that ASID counts for both halves of the address " +
            "space.",
            ["lint"]),
        new("R_ZYZYK",
            "A CPU may find cached table entries by the input address.",
            []),
        new("R_BKKRB",
            "Without FEAT_nTLBPA a CPU may also find a cached table entry by the physical address of the " +
            "descriptor, so that a copy of a word can outlive the link to its table.",
            []),
        new("R_TJQVP",
            "A TLBI with the right context also removes entries that are found by the physical address of the " +
            "descriptor.",
            []),
        new("R_TGRMW",
            "A walk is an observer of its own: a store to a descriptor may be seen by walks at once, and is " +
            "certain to be seen only after a DSB of the CPU that stored.",
            ["check", "lint", "litmus"]),
        new("R_SPVBD",
            "A DSB makes earlier stores to descriptors visible to all later walks of the CPUs in its domain.",
            ["boot", "check", "lint", "litmus"]),
        new("R_RGPMV",
            "A walk for an access never sees a store to a descriptor that comes later in the program.",
            ["litmus"]),
        new("R_YKQTS",
            "A walk reads each descriptor as a single 64-bit access: it sees the old or the new descriptor, " +
            "never a mixture.",
            ["boot", "check", "lint", "litmus"]),
        new("R_NNFPF",
            "With FEAT_ETS2, a fault of a kind that is never cached comes from a walk that is ordered behind " +
            "the earlier accesses of the program, so that it does not come from an old invalid descriptor.",
            ["litmus"]),
        new("R_NRJPP",
            "While a CPU executes at EL2 or EL3, it begins no speculative walk by the registers of EL1&0.",
            ["lint"]),
        new("R_LFHQG",
            "A walk of EL1&0 that began before the CPU went to EL2 or EL3 may still finish until a DSB.",
            []),
        new("I_QVPYJ",
            "Software at EL2 needs a DSB before it counts on walks of the regime that it left being over.",
            []),
        new("R_DYDPX",
            "Writes of TTBR0 and TTBR1 take effect in program order, and one translation sees one point of that " +
            "order.",
            ["boot", "check", "litmus"]),
        new("I_RBMTM",
            "After a write of a translation register both values may be in use, until a context synchronization " +
            "event such as ISB leaves the new one alone.",
            ["boot", "check", "lint", "litmus"]),
        new("R_QLGWZ",
            "CnP promises that all CPUs with that TTBR use one set of tables. CPUs that set it with different " +
            "tables may use each other's entries, and anything may come of a double hit.",
            ["boot", "check", "lint"]),
    ];
}
