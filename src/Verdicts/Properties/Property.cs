namespace Orleans.Mmu.Verdicts.Properties;

/// <summary>A property that must hold on every CPU at every moment. Verdicts name it.</summary>
/// <param name="Name">The name in verdicts and JSON.</param>
/// <param name="Rule">Arm's rule label, or the Linux function that relies on it.</param>
/// <param name="Sentence">What the property requires.</param>
public sealed record Property(string Name, string Rule, string Sentence)
{
    /// <summary>Overlapping entries on a CPU that may use a mixture of them.</summary>
    public static Property TlbConflict { get; } = new("tlb-conflict", "R_FVQCK",
        "No CPU holds overlapping TLB entries that its level of FEAT_BBM does not allow.");

    /// <summary>Overlapping entries on a CPU that keeps coherency but may raise a TLB conflict abort.</summary>
    public static Property ConflictAbortPossible { get; } = new("conflict-abort-possible", "I_HYQMB",
        "No CPU holds overlapping TLB entries for which it may raise a TLB conflict abort.");

    /// <summary>A CPU that cannot see the linear map accesses it.</summary>
    public static Property FaultWhileParked { get; } = new("fault-while-parked", "wait_linear_map_split_to_ptes",
        "A CPU that waits on the reserved table touches neither its stack nor anything else of the linear map.");

    /// <summary>An address that must always be mapped faults.</summary>
    public static Property UnexpectedFault { get; } = new("unexpected-fault", "die_kernel_fault",
        "An address that must be mapped translates on every CPU that runs kernel code.");

    /// <summary>A load or a store of a protocol may find something else than its step says.</summary>
    public static Property UnexpectedAccess { get; } = new("unexpected-access", "R_LXHLD",
        "Whatever translation a CPU may use, an access of the protocol finds what its step says it must find.");

    /// <summary>A translation remains usable after the invalidation that should have removed it.</summary>
    public static Property StaleTranslation { get; } = new("stale-translation", "R_LXHLD",
        "After the DSB that completes a TLBI, no CPU translates differently from memory.");

    /// <summary>A CPU does not arrive at the rendezvous, so the map is not changed.</summary>
    public static Property RendezvousTimeout { get; } = new("rendezvous-timeout", "stop_machine",
        "Every CPU that is online counts in, so that the boot CPU's wait ends.");

    /// <summary>A CPU does not respond to its release.</summary>
    public static Property ReleaseTimeout { get; } = new("release-timeout", "stop_machine",
        "Every CPU that counted in runs again after the flag is cleared.");

    /// <summary>A broadcast TLBI does not complete.</summary>
    public static Property TlbiTimeout { get; } = new("tlbi-timeout", "R_YNJCP",
        "A DSB ends once every CPU of the domain has finished the TLBIs before it.");

    /// <summary>The kernel panics.</summary>
    public static Property KernelPanic { get; } = new("kernel-panic", "linear_map_split_to_ptes",
        "The kernel does not stop: it finds memory for its tables, and no live leaf that it writes changes unsafely.");

    /// <summary>Memory that the kernel has made read-only is writable through another address.</summary>
    public static Property WritableAlias { get; } = new("writable-alias", "mark_linear_text_alias_ro",
        "What the kernel has made read-only is not writable through its linear alias.");

    /// <summary>A permission change is refused although it is allowed.</summary>
    public static Property RefusedChange { get; } = new("refused-change", "split_kernel_leaf_mapping",
        "A permission change that may be made is made.");

    /// <summary>A store succeeds after the call that forbids it has returned.</summary>
    public static Property StaleWrite { get; } = new("stale-write", "R_LXHLD",
        "Once set_memory_ro() has returned, no CPU stores through a translation that it had cached before.");

    /// <summary>An address maps other memory than its own, or something that is not memory.</summary>
    public static Property WrongPage { get; } = new("wrong-page", "__phys_to_virt",
        "A linear address translates to its own page of memory, an address of an area to the page that the area was " +
        "given.");

    /// <summary>A page is read-only that must be writable, or readable that must be unmapped.</summary>
    public static Property UnkeptPermission { get; } = new("unkept-permission", "change_memory_common",
        "The tables allow of a page what the call on it that returned last has left it with.");

    /// <summary>A page is writable and executable, or executable through the linear map.</summary>
    public static Property WritableAndExecutable { get; } = new("writable-and-executable", "ptdump_check_wx",
        "No page is writable and executable at once, and none is executable through the linear map.");

    /// <summary>Members of a contiguous group differ.</summary>
    public static Property BrokenGroup { get; } = new("broken-group", "R_QTRPM",
        "Between two calls a contiguous group has all its members or none.");

    /// <summary>A table page is not linked, is linked twice, or has a second use.</summary>
    public static Property TableCensus { get; } = new("table-census", "pgtable_alloc_init_mm",
        "Every page that was handed out for a table is a table at one place of the map, and nothing else.");

    /// <summary>A walk reads a table whose entries are not yet written.</summary>
    public static Property UnfilledTable { get; } = new("unfilled-table", "I_WZCBG",
        "No walk reads a table whose entries are not yet written: they are visible before the descriptor that links " +
        "them.");

    /// <summary>A walk reads a table after its page was freed.</summary>
    public static Property FreedTable { get; } = new("freed-table", "R_RVJDB",
        "No walk, from a root or from a cached table entry, reads a table whose page was freed.");

    /// <summary>An entry remains whose descriptors memory no longer holds, but it translates the same.</summary>
    public static Property StaleEntry { get; } = new("stale-entry", "R_LXHLD",
        "After a flush is complete, no CPU holds an entry of the flushed range whose descriptors memory no longer " +
        "holds.");

    /// <summary>CPUs share TLB entries although their tables differ.</summary>
    public static Property CnpMismatch { get; } = new("cnp-mismatch", "R_QLGWZ",
        "CPUs whose TTBR carries CnP point to the same tables.");

    /// <summary>A contiguous group in memory that a CPU of level 0 must not read.</summary>
    public static Property MixedGroup { get; } = new("mixed-group", "R_QTRPM",
        "No CPU of BBM level 0 can walk a contiguous group of which some valid members carry the bit and others do " +
        "not.");

    /// <summary>A CPU does not return completely from the idmap.</summary>
    public static Property IdmapLeftBehind { get; } = new("idmap-left-behind", "cpu_uninstall_idmap",
        "When a CPU is back, its TTBR0 half is as before: TTBR0 is reserved_pg_dir, and neither the size nor any TLB " +
        "entry is the idmap's.");

    /// <summary>Tables are walked with a T0SZ that is not theirs.</summary>
    public static Property WalkSize { get; } = new("walk-size", "cpu_set_idmap_tcr_t0sz",
        "The idmap is walked with its own T0SZ, and nothing else is.");

    /// <summary>The protocol ends with a map other than the intended one.</summary>
    public static Property WrongMap { get; } = new("wrong-map", "range_split_to_ptes",
        "In the end the map is the one that the protocol is for.");

    /// <summary>A wait cannot end.</summary>
    public static Property EndlessWait { get; } = new("endless-wait", "stop_machine",
        "Every wait ends: from every state that can be reached, every CPU can come to the end of its program.");

    /// <summary>The programs reach a final state that the test's condition forbids.</summary>
    public static Property ForbiddenOutcome { get; } = new("forbidden-outcome", "the test's condition",
        "The programs end as their author says.");

    public static IReadOnlyList<Property> All { get; } =
    [
        TlbConflict, ConflictAbortPossible, FaultWhileParked, UnexpectedFault, UnexpectedAccess, StaleTranslation,
        RendezvousTimeout,
        ReleaseTimeout, TlbiTimeout, KernelPanic, WritableAlias, RefusedChange, StaleWrite, WrongPage, UnkeptPermission,
        WritableAndExecutable, BrokenGroup, TableCensus,
        UnfilledTable, FreedTable, StaleEntry, CnpMismatch, MixedGroup, IdmapLeftBehind, WalkSize, WrongMap,
        EndlessWait, ForbiddenOutcome,
    ];
}
