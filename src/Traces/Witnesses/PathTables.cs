using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// The tables on the way to one address, with the one descriptor of each that a walk reads. A path has at most five.
/// </summary>
internal static class PathTables
{
    /// <summary>The tables as a walk finds them.</summary>
    /// <param name="read">The word of memory at an address, as the walk sees it.</param>
    /// <param name="reads">Receives the addresses of the descriptors.</param>
    public static TableSnapshot Of(
        TranslationGeometry geometry, PhysicalAddress root, VirtualAddress va, Func<ulong, ulong> read,
        ICollection<ulong> reads)
    {
        var editor = new TableEditor(geometry);
        editor.AddRoot(TableAt(root, geometry.StartLevel));
        return editor.Publish();

        PatchedTable TableAt(PhysicalAddress address, Level level)
        {
            var table = editor.NewTable(address, level);
            int index = geometry.Index(va, level);
            ulong at = table.AddressOf(index).Value;
            reads.Add(at);
            var descriptor = new Descriptor(read(at));
            if (descriptor.IsNone)
                return table;
            bool leads = descriptor.Kind(geometry, level) == DescriptorKind.Table;
            editor.Write(table, index, descriptor, leads ? TableAt(descriptor.NextTable(geometry), level.Next) : null);
            return table;
        }
    }
}
