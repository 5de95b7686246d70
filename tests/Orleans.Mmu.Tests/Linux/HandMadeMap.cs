using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>A linear map of a few entries, put where a test wants them.</summary>
internal sealed class HandMadeMap
{
    private static readonly PhysicalAddress Root = new(0x4000_0000);

    private readonly TableEditor _editor;
    private ulong _page = Root.Value + 0x1_0000;

    public HandMadeMap(TranslationGeometry geometry)
    {
        _editor = new TableEditor(geometry);
        _editor.AddRoot(_editor.NewTable(Root, geometry.StartLevel));
    }

    /// <summary>Leaves that map consecutive memory from 0x40000000 on.</summary>
    public HandMadeMap Leaves(Level level, ulong offset, int count, LeafAttributes attributes, bool contiguous)
    {
        ulong size = _editor.Geometry.Size(level);
        for (ulong i = 0; i < (ulong)count; i++)
        {
            var pa = new PhysicalAddress(0x4000_0000).AlignUp(size) + offset + i * size;
            Word(level, offset + i * size, Descriptor.Leaf(_editor.Geometry, level, pa, attributes, contiguous));
        }

        return this;
    }

    public HandMadeMap Word(Level level, ulong offset, Descriptor word)
    {
        var va = _editor.Geometry.UpperHalfStart + offset;
        var table = _editor.EditRoot(Root);
        while (table.Level < level)
        {
            int index = _editor.Geometry.Index(va, table.Level);
            if (table.Child(index) is null)
            {
                var page = new PhysicalAddress(_page);
                _page += 0x1_0000;
                _editor.Write(table, index, Descriptor.Table(_editor.Geometry, page, 0),
                    _editor.NewTable(page, table.Level.Next));
            }

            table = _editor.EditChild(table, index);
        }

        _editor.Write(table, _editor.Geometry.Index(va, level), word);
        return this;
    }

    public KernelMap Build() => new(_editor.Publish(), Root, MapRange.Linear);
}
