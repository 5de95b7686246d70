using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Linux;

/// <summary>
/// split_kernel_leaf_mapping_locked(): makes one address the beginning of a leaf, and splits no further than that takes.
/// It allocates at most a table for each level that has blocks.
/// </summary>
public sealed class LeafSplit(TableEditor editor, TablePages pages, PhysicalAddress root)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;

    /// <returns>
    /// None, also where nothing is mapped; NoMemory where a table could not be had: splits above it stay, and translate
    /// as before.
    /// </returns>
    public KernelError At(VirtualAddress va)
    {
        var table = editor.EditRoot(root);
        while (true)
        {
            var level = table.Level;
            // What begins at a boundary of the largest leaf that can stand here begins a leaf, whatever stands here.
            if (va.IsAligned(level < Level.L2 ? _geometry.Size(level) : _geometry.ContiguousSize(level)))
                return KernelError.None;
            int index = _geometry.Index(va, level);
            if (!table.HasChild(index))
            {
                if (!KernelAttributes.IsPresent(table[index]))
                    return KernelError.None;
                if (table[index].Contiguous)
                    ContiguousGroup.Dissolve(editor, table, index);
                if (va.IsAligned(_geometry.Size(level)))
                    return KernelError.None;
                if (!pages.TryAllocate(out var page))
                    return KernelError.NoMemory;
                BlockSplit.Replace(editor, table, index, page, toContiguous: true);
            }

            table = editor.EditChild(table, index);
        }
    }
}
