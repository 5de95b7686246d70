using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Splitting;

/// <summary>split_pud() and split_pmd(): replaces a block by a table of leaves of the next level.</summary>
internal static class BlockSplit
{
    /// <summary>
    /// Fills a table that translates as the block does, then links it over the live block in one store. The leaves
    /// inherit every bit except the type and the Contiguous bit; those of a present-invalid block are present-invalid.
    /// The table forbids execution at EL1 exactly if the block did.
    /// </summary>
    /// <param name="page">The page of the new table.</param>
    /// <param name="toContiguous">
    /// Whether the leaves carry the Contiguous bit. If the block belongs to a group, the group must have been
    /// dissolved.
    /// </param>
    public static void Replace(TableEditor editor, PatchedTable table, int index, PhysicalAddress page,
        bool toContiguous)
    {
        var geometry = editor.Geometry;
        var block = table[index];
        var children = Children(editor, page, table.Level, block, toContiguous);
        bool noExec = block.Attributes(geometry, table.Level).PrivilegedExecuteNever;
        editor.Write(table, index, Descriptor.Table(geometry, page, KernelAttributes.Table(noExec)), children);
    }

    private static TranslationTable Children(TableEditor editor, PhysicalAddress page, Level level, Descriptor block,
        bool toContiguous)
    {
        var geometry = editor.Geometry;
        var below = level.Next;
        var pa = block.OutputAddress(geometry, level);
        ulong type = below.IsLast ? block.Bits | 2 : block.Bits & ~2UL;
        var first = new Descriptor(type).WithContiguous(toContiguous);
        if (SequenceTable.Leaves(geometry, page, below, first) is { } run)
            return run;
        var table = editor.NewTable(page, below);
        ulong address = geometry.AddressBits(below);
        for (int i = 0; i < table.Count; i++)
            editor.Write(table, i,
                new((first.Bits & ~address) | geometry.Encode(pa + (ulong)i * geometry.Size(below))));
        return table;
    }
}
