using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Hotplug;

/// <summary>
/// unmap_hotplug_range() and free_empty_tables(): clears every leaf that overlaps a range, in whole, and unlinks the
/// tables that become empty, whose pages are then free.
/// </summary>
internal sealed class LeafRemoval(TableEditor editor, TablePages pages, PhysicalAddress root)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;

    /// <param name="unlinks">False clears leaves alone, and every table stays.</param>
    public void Remove(LinearRange range, bool unlinks = true) =>
        Visit(editor.EditRoot(root), range.Start, range.End, unlinks);

    // Returns true if the table is empty now and to be unlinked.
    private bool Visit(PatchedTable table, VirtualAddress at, VirtualAddress end, bool unlinks)
    {
        ulong size = _geometry.Size(table.Level);
        for (int i = _geometry.Index(at, table.Level); i < table.Count && at < end; i++)
        {
            var next = at.AlignDown(size) + size;
            var limit = next - at < end - at ? next : end;
            PatchedTable? child = table.HasChild(i) ? editor.EditChild(table, i) : null;
            if (child is null || Visit(child, at, limit, unlinks))
            {
                editor.Write(table, i, Descriptor.Invalid);
                if (child is not null)
                    pages.Give(child.Address);
            }

            at = limit;
        }

        for (int i = 0; i < table.Count && unlinks; i++)
        {
            if (!table[i].IsNone)
                return false;
        }

        return unlinks;
    }
}
