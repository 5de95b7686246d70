using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Splitting;

/// <summary>
/// split_kernel_leaf_mapping_locked(): makes an address the beginning of a leaf and splits no more than that requires.
/// It allocates at most one table for each level that has blocks.
/// </summary>
internal sealed class LeafSplit(TableEditor editor, TablePages pages, PhysicalAddress root)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;

    /// <returns>
    /// None, also if nothing is mapped; NoMemory if a table could not be allocated: splits above it remain and
    /// translate as before.
    /// </returns>
    public KernelError At(VirtualAddress va)
    {
        var table = editor.EditRoot(root);
        while (!LeafBoundary.IsAt(va, table.Level, _geometry))
        {
            int index = _geometry.Index(va, table.Level);
            if (!table.HasChild(index))
            {
                var leaf = table[index];
                if (!KernelAttributes.IsPresent(leaf))
                    return KernelError.None;
                if (leaf.Contiguous)
                    ContiguousGroup.Dissolve(editor, table, index);
                if (va.IsAligned(_geometry.Size(table.Level)))
                    return KernelError.None;
                if (!pages.TryAllocate(out var page))
                    return KernelError.NoMemory;
                BlockSplit.Replace(editor, table, index, page, toContiguous: true);
            }

            table = editor.EditChild(table, index);
        }

        return KernelError.None;
    }
}
