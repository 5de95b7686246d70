using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Linux.Splitting;

/// <summary>
/// The question that the kernel's walks to an address ask at each level before they look at what is there, in
/// split_kernel_leaf_mapping_locked() and addr_splits_kernel_leaf().
/// </summary>
public static class LeafBoundary
{
    /// <summary>
    /// Whether an address begins a leaf whatever stands at a level: it is aligned to the largest leaf that Linux has
    /// there. Where the root is a table of blocks (16K pages with 36 bits of VA, 64K with 42) Linux asks for
    /// PGDIR_SIZE, which is a block there, before it asks for CONT_PMD_SIZE. A block's edge inside a contiguous group
    /// counts as a leaf's then, and the group stays one.
    /// </summary>
    public static bool IsAt(VirtualAddress va, Level level, TranslationGeometry geometry) =>
        va.IsAligned(level < Level.L2
            || level == geometry.StartLevel ? geometry.Size(level) : geometry.ContiguousSize(level));
}
