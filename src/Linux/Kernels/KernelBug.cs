namespace Orleans.Mmu.Linux.Kernels;

/// <summary>
/// A mistake of released kernels in changing the linear map that is visible in tables. Kernels have it from
/// <paramref name="Since"/> until before <paramref name="FixedIn"/>; a machine file can add it to another kernel or
/// remove it.
/// </summary>
/// <param name="Name">The name in machine files and reports.</param>
/// <param name="Since">The first modelled version that has it.</param>
/// <param name="FixedIn">The first version without it.</param>
/// <param name="Fix">The commit that fixed it, or what replaces the faulty code.</param>
/// <param name="Summary">What goes wrong, in one sentence.</param>
public sealed record KernelBug(string Name, KernelVersion Since, KernelVersion FixedIn, string Fix, string Summary)
{
    /// <summary>
    /// The repaint cuts the block at _text; the pass that makes the alias read-only then refuses a table.
    /// </summary>
    public static KernelBug WritableTextAlias { get; } =
        Bug("writable-text-alias", "6.18", "7.2", "\"map data/bss read-only\" series",
        "After a repaint the block of text that holds _stext stays writable through the linear map.");

    /// <summary>change_memory_common() ignored the error of changing an alias.</summary>
    public static KernelBug AliasErrorIgnored { get; } = Bug("alias-error-ignored", "6.18", "6.19", "e5efd56fa157",
        "set_memory_ro() reports success although an alias could not be split and stays writable.");

    /// <summary>change_memory_common() walked all pages of the vmalloc area.</summary>
    public static KernelBug WholeAreaAliased { get; } = Bug("whole-area-aliased", "6.12", "6.19", "37cb0aab9068",
        "Changing a part of a vmalloc area changes the linear aliases of all of it.");

    /// <summary>__create_pgd_mapping() could not report an error.</summary>
    public static KernelBug HotAddPanics { get; } = Bug("hot-add-panics", "6.12", "6.19", "bfc184cb1ba7",
        "Adding memory stops the kernel when a table cannot be allocated.");

    /// <summary>split_kernel_leaf_mapping() returned 0 without splitting while the capability was not final.</summary>
    public static KernelBug EarlySplitSkipped { get; } = Bug("early-split-skipped", "6.18", "7.1", "f12b435de2f2",
        "Before all CPUs are known a split reports success and splits nothing, so that the change meets a partial "
        + "leaf.");

    /// <summary>pmd_sect() and pud_sect() are true only for valid blocks.</summary>
    public static KernelBug InvalidBlockUnseen { get; } = Bug("invalid-block-unseen", "6.18", "7.1", "15bfba1ad77f",
        "A block that was made invalid is not seen as a leaf any more and can never be made valid again.");

    /// <summary>unmap_hotplug_range() cleared a leaf even if only a part of it was to be removed.</summary>
    public static KernelBug HotRemoveCutsLeaf { get; } = Bug("hot-remove-cuts-leaf", "6.12", "7.1", "95a58852b0e5",
        "Removing memory that ends inside a leaf unmaps the rest of the leaf, too.");

    /// <summary>unmap_hotplug_range() flushed a member of a contiguous group before it cleared the next.</summary>
    public static KernelBug HotRemoveFlushesMembers { get; } =
        Bug("hot-remove-flushes-members", "6.12", "7.1", "48478b9f7913",
        "Removing memory leaves translations of it in the TLB of a CPU that walks a later member of a contiguous group "
        + "meanwhile.");

    /// <summary>All of them, ordered by the version that fixed them.</summary>
    public static IReadOnlyList<KernelBug> All { get; } =
    [
        AliasErrorIgnored, WholeAreaAliased, HotAddPanics, EarlySplitSkipped, InvalidBlockUnseen, HotRemoveCutsLeaf,
        HotRemoveFlushesMembers, WritableTextAlias,
    ];

    public static KernelBug? Find(string name) => All.FirstOrDefault(b => b.Name == name);

    /// <summary>Whether kernels of a version have the mistake.</summary>
    public bool IsIn(KernelVersion version) => version >= Since && version < FixedIn;

    private static KernelBug Bug(string name, string since, string fixedIn, string fix, string summary) =>
        new(name, KernelVersion.Parse(since), KernelVersion.Parse(fixedIn), fix, summary);
}
