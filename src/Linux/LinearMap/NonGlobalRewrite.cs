using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>
/// kpti_install_ng_mappings(): sets bit 11 in every valid entry below swapper_pg_dir that does not have it. In a leaf
/// that is nG. In a table descriptor hardware ignores the bit, and the kernel sees by it which tables it has visited.
/// </summary>
internal sealed class NonGlobalRewrite(TableEditor editor)
{
    /// <summary>Descriptors that were stored.</summary>
    public long Descriptors { get; private set; }

    /// <param name="root">swapper_pg_dir.</param>
    public void Perform(PhysicalAddress root) => Visit(editor.EditRoot(root));

    private void Visit(PatchedTable table)
    {
        for (int i = 0; i < table.Count; i++)
        {
            var word = table[i];
            if (!word.IsValid || word.NotGlobal)
                continue;
            Descriptors++;
            if (table.Child(i) is { } child)
                editor.Write(table, i, word.WithNotGlobal(true), Rewritten(table, i, child));
            else
                editor.Write(table, i, word.WithNotGlobal(true));
        }
    }

    // A run of leaves stays a run, so a page-mapped terabyte takes no more memory than before.
    private TranslationTable Rewritten(PatchedTable parent, int index, TranslationTable child)
    {
        switch (child)
        {
            case SequenceTable run when !run.First.IsValid || run.First.NotGlobal:
                return run;
            case SequenceTable run
                when SequenceTable.Leaves(editor.Geometry, run.Address, run.Level, run.First.WithNotGlobal(true))
                    is { } leaves:
                Descriptors += run.Count;
                return leaves;
            case TableOfSequences tables
                when TableOfSequences.Leaves(editor.Geometry, tables.Address, tables.Level,
                    tables.First.WithNotGlobal(true), tables.Descending, tables.FirstLeaf.WithNotGlobal(true))
                    is { } all && tables is { First.NotGlobal: false, FirstLeaf: { IsValid: true, NotGlobal: false } }:
                Descriptors += tables.Count * (1L + editor.Geometry.Entries(tables.Level.Next));
                return all;
            default:
                var written = editor.EditChild(parent, index);
                Visit(written);
                return written;
        }
    }
}
