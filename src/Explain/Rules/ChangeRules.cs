using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Rules;

/// <summary>What may change in a live translation, and what happens where break-before-make was needed.</summary>
internal static class ChangeRules
{
    public static ImmutableArray<ArmRule> All { get; } =
    [
        new("R_DDMVT",
            "Break-before-make: store an invalid descriptor; DSB; broadcast TLBI; DSB; store the new " +
            "descriptor; DSB. While it is broken, accesses fault.",
            ["check", "lint", "litmus"]),
        new("R_WHZWS",
            "Break-before-make is needed to change the memory type, shareability or cacheability, the output " +
            "address (unless all versions are read-only and the contents are equal), global where non-global " +
            "may be cached, and, by BBM level, the size.",
            ["boot", "check", "lint", "litmus"]),
        new("I_THWDH",
            "Break-before-make prevents double hits, and the loss of coherency, of single-copy atomicity and of " +
            "ordering.",
            []),
        new("R_FVQCK",
            "Where a TLB holds two entries for one address, an access may take a TLB conflict abort, use either " +
            "entry, or use an amalgamation of both. A speculative access is enough.",
            ["boot", "check", "exercise", "lint", "litmus"]),
        new("R_PVTFW",
            "The BBM levels relax a change of size alone; a change of the output address or of attributes at " +
            "the same time needs break-before-make at every level.",
            ["boot", "check", "lint", "litmus"]),
        new("I_HYQMB",
            "A CPU of BBM level 2 keeps coherency while a live translation changes size, but may still take a " +
            "TLB conflict abort.",
            ["boot", "check", "lint", "litmus"]),
        new("I_PJZBK",
            "nT is bit 16 of a block descriptor: a block that carries it may be replaced by a table, or a table " +
            "by it, at BBM level 1.",
            ["check", "lint"]),
        new("R_HHCXC",
            "A CPU of BBM level 1 or higher does not lose coherency over a block that carries nT.",
            ["check", "lint", "litmus"]),
        new("R_MRRPW",
            "An access through a block that carries nT may take a Translation fault or a TLB conflict abort, by " +
            "implementation.",
            ["check", "litmus"]),
        new("R_KHRBC",
            "At BBM level 1 and 2 the Contiguous bit may change on a live group without loss of coherency.",
            ["check", "lint", "litmus"]),
        new("R_FCPSG",
            "At BBM level 1 and 2 a change of the Contiguous bit on a live group may end in a TLB conflict " +
            "abort.",
            ["check", "lint", "litmus"]),
        new("R_QTRPM",
            "A group of which some valid entries carry the Contiguous bit and others do not is misprogrammed; " +
            "at BBM level 0 the CPU may see it half-made.",
            ["check", "lint"]),
        new("R_NGLXZ",
            "A CPU that uses a misprogrammed group may use values that no entry holds, or take a TLB conflict " +
            "abort.",
            ["check", "lint", "litmus"]),
        new("I_PGVGZ",
            "A group in which the entries that do not carry the Contiguous bit are invalid is no " +
            "misprogramming.",
            ["lint", "litmus"]),
        new("R_JQQTC",
            "While the permissions of a contiguous group change, an access may use those of any member.",
            ["lint", "litmus"]),
        new("I_GYJBJ",
            "A fault during a change of size may report the level before or after it.",
            []),
        new("I_CFFVK",
            "After a TLB conflict abort software must invalidate the entries before it tries again.",
            []),
        new("I_GXGZY",
            "Where hardware updates the access flag or dirty state, a change without break-before-make can lose " +
            "or misplace an update.",
            []),
        new("R_RTBRL",
            "As I_GXGZY: hardware updates of the access flag and dirty state need break-before-make around a change " +
            "of the descriptor.",
            []),
    ];
}
