using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// What a set_memory_*() call does to a leaf: bits to clear, then bits to set (the two may name the same bit). Bits are
/// the descriptor's.
/// </summary>
/// <param name="Name">The kernel function.</param>
public readonly record struct PermissionChange(string Name, ulong Set, ulong Clear)
{
    private const ulong Valid = 1;
    private const ulong ReadOnlyBit = 1UL << 7;
    private const ulong PresentInvalid = 1UL << 11;
    private const ulong Write = 1UL << 51;
    private const ulong Pxn = 1UL << 53;

    /// <summary>set_memory_ro(): PTE_RDONLY for PTE_WRITE.</summary>
    public static PermissionChange ReadOnly => new("set_memory_ro", ReadOnlyBit, Write);

    /// <summary>set_memory_rw(): PTE_WRITE for PTE_RDONLY.</summary>
    public static PermissionChange ReadWrite => new("set_memory_rw", Write, ReadOnlyBit);

    /// <summary>
    /// set_memory_nx(): PTE_PXN. PTE_MAYBE_GP is nothing in a kernel that is built without BTI, as Debian's is.
    /// </summary>
    public static PermissionChange NoExecute => new("set_memory_nx", Pxn, 0);

    /// <summary>set_memory_x().</summary>
    public static PermissionChange Execute => new("set_memory_x", 0, Pxn);

    /// <summary>
    /// set_memory_valid(…, 1): PTE_VALID, and no PTE_PRESENT_INVALID where kernels know it for their own leaves.
    /// </summary>
    public static PermissionChange MakeValid(KernelRules rules) => new("set_memory_valid", Valid, Marks(rules));

    /// <summary>set_memory_valid(…, 0): the leaf keeps everything but PTE_VALID.</summary>
    public static PermissionChange MakeInvalid(KernelRules rules) => new("set_memory_invalid", Marks(rules), Valid);

    /// <summary>set_direct_map_invalid_noflush().</summary>
    public static PermissionChange DirectMapInvalid(KernelRules rules) =>
        MakeInvalid(rules) with { Name = "set_direct_map_invalid_noflush" };

    /// <summary>set_direct_map_default_noflush(): valid and writable.</summary>
    public static PermissionChange DirectMapDefault(KernelRules rules) =>
        new("set_direct_map_default_noflush", Valid | Write, ReadOnlyBit | Marks(rules));

    /// <summary>Whether a vmalloc caller's linear aliases change too: exactly PTE_RDONLY is set or cleared.</summary>
    public bool ConcernsAliases => Set == ReadOnlyBit || Clear == ReadOnlyBit;

    /// <summary>Whether it makes invalid leaves valid and nothing else, after which nothing can be stale.</summary>
    public bool OnlyMakesValid => Set == Valid && (Clear & ~PresentInvalid) == 0;

    public Descriptor ApplyTo(Descriptor leaf) => new((leaf.Bits & ~Clear) | Set);

    private static ulong Marks(KernelRules rules) =>
        rules.Has(KernelBug.InvalidBlockUnseen) || !rules.SplitsLinearMap ? 0 : PresentInvalid;
}
