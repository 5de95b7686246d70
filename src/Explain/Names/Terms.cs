using System.Collections.Immutable;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Explain.Names;

/// <summary>The words of counterexamples, events and tables that have no other entry.</summary>
internal static class Terms
{
    public static ImmutableArray<Term> All { get; } =
    [
        new("TCR_EL1.EPDn",
            ["EPD", "EPDn", "EPD0", "EPD1", "TCR_EL1.EPD0", "TCR_EL1.EPD1"],
            "The bit of TCR_EL1 that turns the walks of one half off. While it is 1, no walk begins at that half's " +
            "TTBR, and an address that the TLB does not translate faults at level 0; what is cached stays usable. " +
            "The value 0 may be cached.",
            ["I_RBMTM", "R_RVJDB"]),
        new("CnP", ["TTBR0_EL1.CnP", "TTBR1_EL1.CnP", "Common not Private"],
            "Bit 0 of a TTBR, Common not Private: the CPU promises that every CPU which sets it has the same tables, " +
            "so that CPUs may use entries that another of them has cached.",
            ["R_QLGWZ"]),
        new("swapper_pg_dir", [],
            "The kernel's root table: TTBR1 leads to it while a CPU runs kernel code.", ["R_SQBCS"]),
        new("reserved_pg_dir", [],
            "A root table of Linux that maps nothing. A CPU whose TTBR1 leads to it caches nothing of the kernel's " +
            "map.",
            ["R_SQBCS", "R_XCLRD"]),
        new("idmap_pg_dir", ["idmap"],
            "A root table of Linux in which a page of kernel code has its physical address as its virtual one. TTBR0 " +
            "leads to it while a CPU must do without the kernel's map.",
            ["R_SQBCS"]),
        new("idmap_kpti_bbml2_flag", ["flag"],
            "The word by which CPUs meet: CPU 0 sets it to 1, each other CPU adds 1 once it waits, and CPU 0 clears " +
            "it to let them go on.",
            []),
        new("amalgamation", [],
            "A translation that mixes two overlapping TLB entries and that neither of them holds.", ["R_FVQCK"]),
        new("conflict abort", ["TLB conflict abort"],
            "The exception that a CPU may take where an access matches overlapping TLB entries.",
            ["R_FVQCK", "I_CFFVK"]),
        new("program order", [],
            "The order of the instructions in a CPU's program. An event with this label happens because the " +
            "instruction is the next one; no rule about translation is needed for it.",
            []),
        new("differs-from-machine", [],
            "In the results of an audit: the dumped map is not the one that the machine file gives (mmu audit " +
            "--machine).",
            []),
        new("the test's condition", [],
            "The clause at the end of a litmus test: exists, ~exists or forall, with final values.",
            []),
        new("nG", ["not global", "global"],
            "Bit 11 of a leaf. With 1 its TLB entry belongs to the ASID; with 0 it is global and serves every ASID.",
            ["R_CHVGJ", "R_NWYRD"]),
        new("nT", [],
            "Bit 16 of a block: the CPU does not cache it as long as another size may be cached too, so that level 1 " +
            "of FEAT_BBM may change its size.",
            ["I_PJZBK", "R_HHCXC", "R_MRRPW"]),
        new("Contiguous", ["Contiguous bit", "contiguous group", "CONT"],
            "Bit 52 of a leaf: it and its neighbours map one aligned piece of memory with equal attributes, so that " +
            "a TLB may hold the group as one entry. A TLBI by address still names one member.",
            ["I_JQPNP", "R_QTRPM", "R_NGLXZ", "R_JQQTC"]),
        new("AF", ["access flag"],
            "Bit 10 of a leaf, the access flag. With 0 a use of the leaf faults, or the CPU sets the flag where " +
            "TCR_ELx.HA is 1; such a leaf is never cached.",
            ["R_XCLRD", "I_GXGZY"]),
        new("DBM", ["dirty state"],
            "Bit 51 of a leaf, the dirty bit modifier. Where TCR_ELx.HD is 1, the CPU makes a read-only leaf with " +
            "DBM writable at the first store.",
            ["I_GXGZY", "R_RTBRL"]),
        new("PXN", ["UXN", "XN"],
            "Bits 53 and 54 of a leaf: the kernel may not execute the memory (PXN), user space may not (UXN).", []),
        new("AttrIndx", [],
            "Bits 4:2 of a leaf: which of the eight memory types of MAIR_ELx it has.", ["R_WHZWS"]),
        new("may-set", [],
            "Every TLB entry that a CPU may hold in a state, given every walk that it could have made.",
            ["R_SQBCS", "I_RCGCH"]),
        new("ASID", [],
            "The number of an address space. A TTBR holds it, and an entry that is not global belongs to one.",
            ["R_NWYRD", "R_CHVGJ", "R_SCBSR"]),
        new("VMID", [],
            "The number of a virtual machine. VTTBR_EL2 holds it, and every entry of EL1&0 belongs to one.",
            ["R_NWYRD"]),
        new("T0SZ", ["T1SZ", "TCR_EL1.T0SZ", "TCR_EL1.T1SZ"],
            "64 minus the bits of an address of the lower half (T0SZ) or of the upper half (T1SZ). It decides the " +
            "level at which a walk begins, so a root is read as another table under a T0SZ that is not its own.",
            ["I_RBMTM"]),
        new("TTL", ["FEAT_TTL"],
            "The level hint in the register of a TLBI by address. The CPU need not remove a leaf of another level.",
            ["R_SQXYZ"]),
        new("FEAT_ETS2", ["ETS2"],
            "A feature by which a walk for an access is ordered behind the accesses before it, so that no fault " +
            "comes from an invalid descriptor that an earlier DSB has replaced.",
            ["R_NNFPF", "R_BLDZX"]),
        new("FEAT_TLBIRANGE", ["TLBIRANGE"], "The TLBIs that name a range of addresses: RVAE1 and the like.",
            ["R_QKRKL", "R_XKMMX"]),
    ];

    /// <summary>The term of a spelling in any case; null if there is none.</summary>
    public static Term? Find(string name) => All.FirstOrDefault(t =>
        t.Others.Prepend(t.Name).Contains(name, StringComparer.OrdinalIgnoreCase));

    public static Explanation Explain(Term term) => new(ExplainedKind.Term, term.Name, term.Says)
    {
        Rules = [.. term.Labels.Select(ArmRules.Of)],
    };
}
