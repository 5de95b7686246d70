using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Functions;

/// <summary>The functions that make the kernel's map, split it and change its permissions.</summary>
internal static class SplittingFunctions
{
    private const string Mmu = "arch/arm64/mm/mmu.c";
    private const string Pageattr = "arch/arm64/mm/pageattr.c";

    public static ImmutableArray<LinuxFunction> All { get; } =
    [
        new("linear_map_split_to_ptes", Mmu,
            "What stop_machine() runs on every CPU where a CPU that came up cannot split live: the boot CPU splits " +
            "the linear map to pages, while every other CPU waits in the idmap."),
        new("wait_linear_map_split_to_ptes", "arch/arm64/mm/proc.S",
            "Code of the idmap in which a secondary waits while the boot CPU splits the linear map: it leaves the " +
            "kernel's tables, counts in, sleeps until the flag is 0, and goes back. It may touch nothing that the " +
            "linear map holds, its stack included."),
        new("split_kernel_leaf_mapping", Mmu,
            "Splits the leaves at both ends of a range, so that the range begins and ends where leaves do, before " +
            "its permissions change. A mutex lets one CPU split at a time."),
        new("range_split_to_ptes", Mmu, "Splits every block and contiguous group of a range to single pages."),
        new("mark_linear_text_alias_ro", Mmu,
            "Makes the linear alias of the kernel's text and read-only data read-only, once code is patched."),
        new("map_mem", Mmu,
            "Maps all memory into the linear map at boot, with blocks where the machine may have them."),
        new("alloc_init_cont_pte", Mmu, "Fills a table of pages, with the Contiguous bit where a group is complete."),
        new("alloc_init_cont_pmd", Mmu, "Fills a table of blocks, with the Contiguous bit where a group is complete."),
        new("pgtable_alloc_init_mm", Mmu,
            "Allocates a page for a table of the kernel's map and prepares it (pgd_pgtable_alloc_init_mm())."),
        new("free_hotplug_pgtable_page", Mmu,
            "Gives the page of a table back to the allocator when memory is removed, after the flush."),
        new("change_memory_common", Pageattr,
            "Changes the permissions of a part of a vmalloc area, and of the linear alias of each of its pages " +
            "where they are to become read-only."),
        new("set_memory_ro", Pageattr,
            "Makes pages of a vmalloc area and their linear aliases read-only, as for modules and BPF programs, and " +
            "flushes them."),
    ];
}
