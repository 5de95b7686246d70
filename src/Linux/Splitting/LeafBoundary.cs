using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Linux.Splitting;

/// <summary>
/// The alignment test that split_kernel_leaf_mapping_locked() and addr_splits_kernel_leaf() make at each level before
/// they read the entry.
/// </summary>
internal static class LeafBoundary
{
    /// <summary>
    /// Whether an address begins a leaf at a level, whatever the entry holds: it is aligned to the largest leaf that
    /// Linux uses there. If the root holds blocks (16K pages with 36 VA bits, 64K with 42), Linux tests PGDIR_SIZE, the
    /// size of a block, before CONT_PMD_SIZE. So it takes the edge of a block inside a contiguous group for the edge of
    /// a leaf and does not dissolve the group.
    /// </summary>
    public static bool IsAt(VirtualAddress va, Level level, TranslationGeometry geometry) =>
        va.IsAligned(level < Level.L2
            || level == geometry.StartLevel ? geometry.Size(level) : geometry.ContiguousSize(level));
}
