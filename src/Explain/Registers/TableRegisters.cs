using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>The registers that lead to translation tables.</summary>
internal static class TableRegisters
{
    private const string Effect =
        "After a write a walk may begin at the old root or at the new one until the CPU's next context " +
        "synchronization event. A write removes nothing from the TLB.";

    private static readonly ImmutableArray<(string Field, string Says)> Stage1Fields =
    [
        ("ASID, bits 63:48", "the ASID of both halves, where TCR.A1 selects this register"),
        ("BADDR, bits 47:1", "the physical address of the root table"),
        ("CnP, bit 0", "1 promises that every CPU with CnP has the same tables, so that CPUs may share entries"),
    ];

    private static readonly ImmutableArray<string> Labels = ["I_RBMTM", "R_DYDPX", "R_SQBCS", "R_QLGWZ"];

    public static ImmutableArray<SystemRegister> All { get; } =
    [
        Stage1("TTBR0_EL1",
            "The root of the lower half of EL1&0: the tables of user space; in Linux the idmap while a CPU runs code " +
            "at its physical address."),
        Stage1("TTBR1_EL1",
            "The root of the upper half of EL1&0, which is the kernel's: swapper_pg_dir, or reserved_pg_dir, which " +
            "maps nothing."),
        Stage1("TTBR0_EL2", "The root of EL2; of the lower half where HCR_EL2.E2H is 1."),
        Stage1("TTBR1_EL2", "The root of the upper half of EL2&0, in use where HCR_EL2.E2H is 1."),
        Stage1("TTBR0_EL3", "The root of EL3. No verdict of this program rests on it."),
        new("VTTBR_EL2", "The root of stage 2, which translates a guest's IPAs, with the guest's VMID.",
        [
            ("VMID, bits 63:48", "the VMID, to which entries of EL1&0 belong"),
            ("BADDR, bits 47:1", "the physical address of the root table"),
            ("CnP, bit 0", "1 promises that every CPU with CnP and this VMID has the same tables"),
        ])
        {
            Effect = Effect,
            Labels = ["I_RBMTM", "R_NWYRD", "R_NRJPP"],
        },
    ];

    private static SystemRegister Stage1(string name, string holds) =>
        new(name, holds, Stage1Fields) { Effect = Effect, Labels = Labels };
}
