using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>map_mem() and the later changes of the map during boot, by the rules of a kernel.</summary>
public sealed class LinearMapPainter
{
    private readonly MachineDescription _machine;
    // While the map is painted, and after boot: only nG may differ.
    private readonly KernelAttributes _attributes;
    private readonly KernelAttributes _final;

    public LinearMapPainter(MachineDescription machine)
    {
        _machine = machine;
        Layout = LinearMapLayout.Of(machine);
        var isolation = KernelIsolation.Of(machine);
        _attributes = new(machine.Geometry, machine.Rules, isolation.NotGlobalFromStart);
        _final = new(machine.Geometry, machine.Rules, isolation.NotGlobal);
        KfencePool = EarlyKfencePool.Of(machine);
        Pages = TablePages.Of(machine, KfencePool);
    }

    public LinearMapLayout Layout { get; }

    /// <summary>The early KFENCE pool, if there is one.</summary>
    public PhysicalAddress? KfencePool { get; }

    /// <summary>The source of table pages, at boot and in the repaint.</summary>
    public TablePages Pages { get; }

    /// <summary>swapper_pg_dir.</summary>
    public PhysicalAddress Swapper => _machine.Image.Swapper(_machine.Geometry.Granule);

    /// <summary>The image alias that map_mem() maps separately: [_text or _stext, __init_begin).</summary>
    private MemoryRange TextRange =>
        new(_machine.Rules.AliasFromText ? _machine.Image.Text : _machine.Image.Stext, _machine.Image.InitBegin);

    private MemoryRange DataRange => new(_machine.Image.InitEnd, _machine.Image.BssStop);

    /// <summary>map_mem(): swapper, reserved and idmap roots and the whole linear map.</summary>
    /// <exception cref="KernelPanicException">Memory for tables ran out.</exception>
    public TableSnapshot Paint(PaintDecision decision)
    {
        var geometry = _machine.Geometry;
        var editor = new TableEditor(geometry);
        editor.AddRoot(editor.NewTable(Swapper, geometry.StartLevel));
        editor.AddRoot(SequenceTable.Empty(geometry, _machine.Image.Reserved(geometry.Granule), geometry.StartLevel));
        editor.AddRoot(editor.NewTable(_machine.Image.Idmap(geometry.Granule), geometry.StartLevel));
        MapIdmap(editor);

        var flags = MappingFlags.NoExec | (decision.ForcePages ? MappingFlags.NoBlocks | MappingFlags.NoContiguous : 0);
        var writer = Writer(editor, descends: _machine.Rules.PaintsImageFirst);
        if (_machine.Rules.PaintsImageFirst)
        {
            MapKfence(writer);
            Map(writer, TextRange, _attributes.TaggedPages, flags);
            Map(writer, DataRange, _attributes.TaggedPages, flags);
            foreach (var range in MemoryRange.Subtract(Layout.Memory(_machine), Pool))
                Map(writer, range, _attributes.TaggedPages, flags);
        }
        else
        {
            foreach (var range in MemoryRange.Subtract(Layout.Memory(_machine), [.. Pool, TextRange]))
                Map(writer, range, _attributes.TaggedPages, flags);
            // map_mem() does not pass the exec flag here and allows blocks whatever was decided.
            Map(writer, TextRange, _attributes.Pages, MappingFlags.NoContiguous);
            MapKfence(writer);
        }

        return editor.Publish();
    }

    /// <summary>kpti_install_ng_mappings(): every leaf below swapper_pg_dir becomes non-global.</summary>
    /// <param name="descriptors">Descriptors that are stored.</param>
    public TableSnapshot MakeNotGlobal(TableSnapshot tables, out long descriptors)
    {
        var editor = new TableEditor(tables);
        var rewrite = new NonGlobalRewrite(editor);
        rewrite.Perform(Swapper);
        descriptors = rewrite.Descriptors;
        return editor.Publish();
    }

    /// <summary>
    /// mark_linear_text_alias_ro(), and since 7.2 the change that mark_rodata_ro() makes to the alias of data and bss.
    /// </summary>
    public TableSnapshot Protect(TableSnapshot tables)
    {
        var editor = new TableEditor(tables);
        var writer = Writer(editor, descends: !_machine.Rules.Has(KernelBug.WritableTextAlias));
        var flags = _machine.Rules.PaintsImageFirst ? MappingFlags.None : MappingFlags.NoContiguous;
        foreach (var alias in ImageAliases)
        {
            bool invalid = alias.Becomes == AliasPermission.Invalid;
            writer.Map(alias.Range.Start, Layout.ToVirtual(alias.Range.Start), alias.Range.Length,
                invalid ? _final.TaggedPages : _final.ReadOnlyPages, flags, presentInvalid: invalid);
        }

        return editor.Publish();
    }

    /// <summary>Leaf descriptors of the image's aliases, each of which <see cref="Protect"/> stores.</summary>
    public long AliasDescriptors(TableSnapshot tables)
    {
        var geometry = tables.Geometry;
        var aliases = ImageAliases.Select(a => (Start: Layout.ToVirtual(a.Range.Start), a.Range.Length)).ToList();
        long count = 0;
        foreach (var run in LeafEnumeration.Leaves(geometry, tables.Root(Swapper)!, geometry.UpperHalfStart))
        {
            ulong size = geometry.Size(run.Level);
            ulong runStart = run.Start - geometry.UpperHalfStart;
            ulong runEnd = runStart + (ulong)run.Count * size;
            foreach (var (start, length) in aliases)
            {
                ulong from = Math.Max(runStart, start - geometry.UpperHalfStart);
                ulong to = Math.Min(runEnd, start - geometry.UpperHalfStart + length);
                if (from < to)
                    count += (long)((to - from + size - 1) / size);
            }
        }

        return count;
    }

    /// <summary>The addresses of one range of the repaint.</summary>
    public LinearRange Repainted(RepaintRange range) => LinearRange.Of(range, _machine);

    /// <summary>
    /// The parts of the kernel's linear alias that become read-only or invalid at the end of boot, each with the
    /// function that changes it.
    /// </summary>
    public IReadOnlyList<ImageAlias> ImageAliases =>
        _machine.CommandLine.RodataEnabled && _machine.Rules.DataAlias != AliasPermission.Writable
            ? [TextAlias, new(DataRange, "data and bss", _machine.Rules.DataAlias, "mark_rodata_ro")]
            : [TextAlias];

    private ImageAlias TextAlias =>
        new(TextRange, "text and rodata", AliasPermission.ReadOnly, "mark_linear_text_alias_ro");

    private PageTableWriter Writer(TableEditor editor, bool descends) =>
        new(editor, Pages, _machine.Rules, Swapper, descends);

    private IReadOnlyList<MemoryRange> Pool =>
        KfencePool is { } pool ? [new(pool, pool + _machine.KfencePoolSize)] : [];

    private void Map(PageTableWriter writer, MemoryRange range, LeafAttributes attributes, MappingFlags flags) =>
        writer.Map(range.Start, Layout.ToVirtual(range.Start), range.Length, attributes, flags);

    private void MapKfence(PageTableWriter writer)
    {
        foreach (var pool in Pool)
            Map(writer, pool, _attributes.TaggedPages,
                MappingFlags.NoExec | MappingFlags.NoBlocks | MappingFlags.NoContiguous);
    }

    // .idmap.text: one page at its own address; the model uses the page at _stext. If the VA size cannot hold the
    // address, Linux widens T0SZ; the model's idmap is empty then, and no CPU walks it.
    private void MapIdmap(TableEditor editor)
    {
        var geometry = _machine.Geometry;
        var text = _machine.Image.Stext;
        if (!geometry.IsCanonical(new(text.Value)) || new VirtualAddress(text.Value).IsUpperHalf)
            return;
        var idmap = _machine.Image.Idmap(geometry.Granule);
        ulong page = geometry.Granule.PageSize;
        var below = new TablePages([new(new(idmap.Value - 5 * page), idmap)], page);
        new PageTableWriter(editor, below, _machine.Rules, idmap, descends: false)
            .Map(text, new(text.Value), page, _attributes.ReadOnlyPages,
                MappingFlags.NoBlocks | MappingFlags.NoContiguous);
    }
}
