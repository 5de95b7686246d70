using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Functions;

/// <summary>The functions by which CPUs meet, wait, fault and are inspected.</summary>
internal static class OtherFunctions
{
    private const string Context = "arch/arm64/include/asm/mmu_context.h";
    private const string Ptdump = "arch/arm64/mm/ptdump.c";
    private const string Flags = "include/linux/irqflags.h";

    public static ImmutableArray<LinuxFunction> All { get; } =
    [
        new("stop_machine", "kernel/stop_machine.c",
            "Stops every CPU that is online, with interrupts masked, runs a function on all of them, and lets none " +
            "come up or go down meanwhile."),
        new("cpu_set_idmap_tcr_t0sz", Context,
            "Sets TCR_EL1.T0SZ to the size of the idmap, before TTBR0 leads to it."),
        new("cpu_install_idmap", Context,
            "Makes the idmap the lower half: reserved table, flush of the CPU's TLB, T0SZ of the idmap, TTBR0."),
        new("cpu_uninstall_idmap", Context,
            "Takes the idmap out of the lower half again: reserved table, flush of the CPU's TLB, T0SZ of user " +
            "space, and the tables of the process, if there is one."),
        new("__phys_to_virt", "arch/arm64/include/asm/memory.h",
            "The address in the linear map of a physical address: one fixed offset for all memory."),
        new("die_kernel_fault", "arch/arm64/mm/fault.c",
            "Ends the kernel on a fault of its own that nothing has announced: \"Unable to handle kernel …\"."),
        new("rmqueue", "mm/page_alloc.c",
            "Takes pages from the allocator's lists under the zone's lock. A CPU that is stopped with the lock held " +
            "keeps it."),
        new("atomic_inc", "include/linux/atomic.h", "Adds 1 to a number atomically. It orders no other access."),
        new("READ_ONCE", "include/asm-generic/rwonce.h",
            "Loads a word once, as a single access. It orders no other access, except by what depends on it."),
        new("gic_ipi_send_mask", "drivers/irqchip/irq-gic-v3.c",
            "Makes an interrupt between CPUs pending, after a DSB ISHST for the stores before it."),
        new("local_irq_disable", Flags, "Masks interrupts on its CPU: a pending one waits."),
        new("local_irq_enable", Flags, "Takes interrupts again on its CPU."),
        new("pgprot_tagged", "arch/arm64/include/asm/pgtable-prot.h",
            "The memory type of Normal memory with tags, where the CPU has MTE."),
        new("ioremap", "arch/arm64/mm/ioremap.c", "Maps Device memory into the vmalloc range. It refuses RAM."),
        new("ptdump_check_wx", Ptdump,
            "Walks the kernel's map after boot and counts pages that are writable and executable, or lack UXN."),
        new("note_prot_wx", Ptdump, "Counts the pages of a row that are writable and executable."),
        new("note_prot_uxn", Ptdump, "Counts the pages of a row that user space could execute."),
        new("note_page", Ptdump, "Joins neighbouring leaves with equal attributes to one row of the dump."),
    ];
}
