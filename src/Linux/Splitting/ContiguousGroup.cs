using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Linux.Splitting;

/// <summary>
/// split_contpmd() and split_contpte(): dissolves a contiguous group before one of its members is changed.
/// </summary>
internal static class ContiguousGroup
{
    /// <summary>
    /// Clears the Contiguous bit of every leaf in the aligned group of an entry, one store after another. In between, a
    /// walker sees a mixture, which is safe only on a CPU of BBM level 1 or above.
    /// </summary>
    public static void Dissolve(TableEditor editor, PatchedTable table, int index)
    {
        int members = editor.Geometry.Granule.ContiguousEntries(table.Level);
        editor.ClearContiguous(table, index & ~(members - 1), members);
    }
}
