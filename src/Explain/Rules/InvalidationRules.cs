using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Rules;

/// <summary>What a TLBI names and removes, and when it is complete.</summary>
internal static class InvalidationRules
{
    public static ImmutableArray<ArmRule> All { get; } =
    [
        new("R_VMSWQ",
            "TLBI VAE1 removes, for one address and one ASID, the entries of all levels that have this ASID, " +
            "and the global leaf.",
            ["check", "lint", "litmus"]),
        new("R_ZSXRQ",
            "TLBI VAAE1 removes, for one address, the entries of all levels, of every ASID and global.",
            ["boot", "check", "lint", "litmus"]),
        new("R_JXKNN",
            "The last-level forms (VALE1, VAALE1 and their ranges) remove leaves alone; cached table entries " +
            "stay.",
            ["check", "lint", "litmus"]),
        new("R_LQLSD",
            "A TLBI by address removes the whole leaf that translates the address, however the CPU has cut it " +
            "into pieces.",
            ["check", "lint", "litmus"]),
        new("R_LGSCG",
            "All pieces into which a CPU has cut a block are gone when a TLBI names one address in the block.",
            ["lint"]),
        new("I_JQPNP",
            "The Contiguous bit does not make a TLBI by address larger: it removes one member of the group.",
            ["boot", "check", "lint", "litmus"]),
        new("I_VNXYF",
            "Software invalidates a contiguous group member by member, or with a form that covers them all.",
            ["boot", "check", "lint"]),
        new("R_SQXYZ",
            "TTL names the level of the leaf. With a wrong level the CPU need not invalidate anything.",
            ["lint", "litmus"]),
        new("R_QKRKL",
            "A range TLBI covers (NUM + 1) * 2^(5 * SCALE + 1) pages of its granule from BaseADDR on.",
            ["lint", "litmus"]),
        new("R_XKMMX",
            "TG of a range TLBI must be the granule of the tables; otherwise the CPU need not invalidate " +
            "anything.",
            ["lint", "litmus"]),
        new("R_XMZFH",
            "A range whose base is not aligned to the level that TTL names covers an unpredictable range.",
            []),
        new("R_FZTHY",
            "A TLBI by address works on its own shareability domain, whatever the mapping's shareability is.",
            []),
        new("R_MMZTY",
            "A TLBI may always remove more than it must.",
            ["check", "litmus"]),
        new("R_BLRKC",
            "Where several entries match one address, only the forms that invalidate everything are sure to " +
            "remove all of them.",
            []),
        new("R_GRVDR",
            "Which forms by address remove entries that match one address twice is implementation defined.",
            []),
        new("I_BWGVK",
            "A CPU may not cache an old descriptor again after a TLBI as if the TLBI had not happened; it reads " +
            "memory as it is then.",
            ["check", "litmus"]),
        new("R_TGVWD",
            "Without a DSB a TLBI is not ordered with other instructions: it may take effect at any later " +
            "moment.",
            ["boot", "check", "lint", "litmus"]),
        new("R_YNJCP",
            "A TLBI is finished on other CPUs only when a DSB of the CPU that issued it has completed.",
            ["boot", "check", "lint", "litmus"]),
        new("R_PSMWS",
            "The DSB must order loads and stores: NSH is enough for a local TLBI, a broadcast one needs ISH. " +
            "The ST and LD forms complete no TLBI.",
            ["boot", "check", "lint", "litmus"]),
        new("R_DCJQM",
            "A TLBI is complete when it has finished on every CPU in its domain.",
            ["check", "litmus"]),
        new("R_WWQZZ",
            "A TLBI has finished on a CPU when the accesses that used the removed translation have completed.",
            ["litmus"]),
        new("R_LXHLD",
            "After a TLBI is complete, no access of the program uses the old translation on any CPU.",
            ["boot", "check", "lint", "litmus"]),
        new("I_CPZSM",
            "Undetectable speculation may still use a translation after its TLBI is complete.",
            []),
        new("R_BLDZX",
            "The CPU that issues a TLBI may use what it has invalidated until its own context synchronization " +
            "event; with FEAT_ETS2 its DSB is enough for data.",
            ["check", "litmus"]),
    ];
}
