using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Linux.Permissions;

/// <summary>
/// The change that a set_memory_*() call makes to a leaf: bits to clear, then bits to set (both may name the same bit).
/// Bits are those of the descriptor.
/// </summary>
/// <param name="Name">The name of the kernel function.</param>
public readonly record struct PermissionChange(string Name, ulong Set, ulong Clear)
{
    private const ulong Valid = 1;
    private const ulong ReadOnlyBit = 1UL << 7;
    private const ulong PresentInvalid = 1UL << 11;
    private const ulong Write = 1UL << 51;
    private const ulong Pxn = 1UL << 53;

    /// <summary>set_memory_ro(): sets PTE_RDONLY and clears PTE_WRITE.</summary>
    public static PermissionChange ReadOnly => new("set_memory_ro", ReadOnlyBit, Write);

    /// <summary>set_memory_rw(): sets PTE_WRITE and clears PTE_RDONLY.</summary>
    public static PermissionChange ReadWrite => new("set_memory_rw", Write, ReadOnlyBit);

    /// <summary>
    /// set_memory_nx(): sets PTE_PXN. PTE_MAYBE_GP is 0 in a kernel built without BTI, such as Debian's.
    /// </summary>
    public static PermissionChange NoExecute => new("set_memory_nx", Pxn, 0);

    /// <summary>set_memory_x().</summary>
    public static PermissionChange Execute => new("set_memory_x", 0, Pxn);

    /// <summary>
    /// set_memory_valid(…, 1): sets PTE_VALID and, on kernels that use it for their own leaves, clears
    /// PTE_PRESENT_INVALID. That is the bit nG, which valid leaves keep where the kernel's leaves are non-global.
    /// </summary>
    public static PermissionChange MakeValid(KernelRules rules, bool notGlobal = false) =>
        new("set_memory_valid", Valid | (notGlobal ? Marks(rules) : 0), Marks(rules));

    /// <summary>set_memory_valid(…, 0): clears PTE_VALID and keeps everything else.</summary>
    public static PermissionChange MakeInvalid(KernelRules rules) => new("set_memory_invalid", Marks(rules), Valid);

    /// <summary>set_direct_map_invalid_noflush().</summary>
    public static PermissionChange DirectMapInvalid(KernelRules rules) =>
        MakeInvalid(rules) with { Name = "set_direct_map_invalid_noflush" };

    /// <summary>set_direct_map_default_noflush(): valid and writable.</summary>
    public static PermissionChange DirectMapDefault(KernelRules rules, bool notGlobal = false) =>
        new("set_direct_map_default_noflush", MakeValid(rules, notGlobal).Set | Write, ReadOnlyBit | Marks(rules));

    /// <summary>
    /// Whether the linear aliases of a vmalloc area change too: exactly PTE_RDONLY is set or cleared.
    /// </summary>
    public bool ConcernsAliases => Set == ReadOnlyBit || Clear == ReadOnlyBit;

    /// <summary>Whether the change only makes invalid leaves valid, after which no TLB entry can be stale.</summary>
    public bool OnlyMakesValid => (Set & ~PresentInvalid) == Valid && (Clear & ~PresentInvalid) == 0;

    public Descriptor ApplyTo(Descriptor leaf) => new((leaf.Bits & ~Clear) | Set);

    private static ulong Marks(KernelRules rules) =>
        rules.Has(KernelBug.InvalidBlockUnseen) || !rules.SplitsLinearMap ? 0 : PresentInvalid;
}
