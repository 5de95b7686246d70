using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Linux.Splitting;

/// <summary>
/// split_contpmd() and split_contpte(): a group stops being one before any of its members is changed.
/// </summary>
public static class ContiguousGroup
{
    /// <summary>
    /// Clears the Contiguous bit of every leaf in the aligned group around an entry. The stores come one after another:
    /// in between a walker sees a mixture, which only a CPU of BBM level 1 or above may see.
    /// </summary>
    public static void Dissolve(TableEditor editor, PatchedTable table, int index)
    {
        int members = editor.Geometry.Granule.ContiguousEntries(table.Level);
        editor.ClearContiguous(table, index & ~(members - 1), members);
    }
}
