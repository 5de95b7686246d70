using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Linux;

/// <summary>Memory that comes and goes while the kernel runs: arch_add_memory() and arch_remove_memory().</summary>
public sealed class MemoryHotplug(KernelState kernel, TableEditor editor)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;

    /// <summary>
    /// arch_add_memory(): maps a range by the rules of map_mem(), with what is known of the CPUs now.
    /// </summary>
    /// <returns>NoMemory where a table could not be had: what was mapped is taken out again.</returns>
    /// <exception cref="KernelPanicException">The same, for kernels that had no way to fail.</exception>
    public KernelError Add(MemoryRange range)
    {
        var flags = MappingFlags.NoExec | (kernel.ForcesPages ? MappingFlags.NoBlocks | MappingFlags.NoContiguous : MappingFlags.None);
        var start = kernel.Layout.ToVirtual(range.Start);
        var attributes = new KernelAttributes(_geometry, kernel.Rules).TaggedPages;
        var writer = new PageTableWriter(editor, kernel.Pages, kernel.Rules, kernel.Swapper, kernel.Rules.PaintsImageFirst);
        try
        {
            writer.Map(range.Start, start, range.Length, attributes, flags);
            return KernelError.None;
        }
        catch (KernelPanicException) when (!kernel.Rules.Has(KernelBug.HotAddPanics))
        {
            new LeafRemoval(editor, kernel.Pages, kernel.Swapper).Remove(new(start, start + range.Length));
            return KernelError.NoMemory;
        }
    }

    /// <summary>
    /// The memory notifiers (MEM_GOING_OFFLINE) and arch_remove_memory(). Boot memory stays, and so does memory that ends
    /// inside a leaf: a leaf is not split for it.
    /// </summary>
    /// <param name="flush">What must be invalidated everywhere before the tables that went are used for anything else.</param>
    /// <returns>NotPermitted where a notifier objects (notifier_to_errno of NOTIFY_BAD); what it says is in <paramref name="warning"/>.</returns>
    public KernelError Remove(MemoryRange range, out TlbiOperation? flush, out string? warning)
    {
        var addresses = new LinearRange(kernel.Layout.ToVirtual(range.Start), kernel.Layout.ToVirtual(range.End));
        (flush, warning) = (null, null);
        if (MemoryRange.Merge(kernel.Machine.Memory).Any(range.Overlaps))
        {
            warning = $"[{range.Start}, {range.End}) holds boot memory, which cannot be removed";
            return KernelError.NotPermitted;
        }

        if (!kernel.Rules.Has(KernelBug.HotRemoveCutsLeaf))
        {
            foreach (var edge in (VirtualAddress[])[addresses.Start, addresses.End])
            {
                if (LeafInside(edge) is not { } leaf)
                    continue;
                warning = $"[{range.Start}, {range.End}) splits a leaf entry in linear map: {edge} lies inside {LeafCensus.SizeName(leaf)}";
                return KernelError.NotPermitted;
            }
        }

        new LeafRemoval(editor, kernel.Pages, kernel.Swapper).Remove(addresses);
        flush = KernelFlush.Tables(addresses, _geometry);
        return KernelError.None;
    }

    // The size of the leaf or contiguous group that an address lies inside of; null where it begins one, or nothing is mapped.
    private ulong? LeafInside(VirtualAddress va)
    {
        var table = editor.Root(kernel.Swapper);
        while (true)
        {
            var level = table.Level;
            int index = _geometry.Index(va, level);
            if (table.Child(index) is { } child)
            {
                table = child;
                continue;
            }

            if (!KernelAttributes.IsPresent(table[index]))
                return null;
            ulong size = table[index].Contiguous ? _geometry.ContiguousSize(level) : _geometry.Size(level);
            return va.IsAligned(size) ? null : size;
        }
    }
}
