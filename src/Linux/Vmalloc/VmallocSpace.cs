using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Linux.Vmalloc;

/// <summary>
/// Addresses above the linear map for memory that is contiguous only virtually: modules, BPF programs, vmalloc(). Areas
/// are allocated upwards, each followed by a guard page, and mapped page by page (vmap_pages_range without huge pages).
/// </summary>
public sealed class VmallocSpace(KernelContext kernel)
{
    private VirtualAddress _next = kernel.Layout.PageEnd;

    /// <summary>Maps pages as PAGE_KERNEL.</summary>
    /// <exception cref="KernelPanicException">A table cannot be allocated.</exception>
    public VmallocArea Map(TableEditor editor, ImmutableArray<PhysicalAddress> pages, bool allowHuge = false)
    {
        ulong size = kernel.Machine.Geometry.Granule.PageSize;
        var area = new VmallocArea(_next, pages, size, allowHuge);
        _next = area.End + size;
        Write(kernel, editor, area);
        return area;
    }

    /// <summary>Writes the leaves of an area, PAGE_KERNEL.</summary>
    /// <exception cref="KernelPanicException">A table cannot be allocated.</exception>
    internal static void Write(KernelContext kernel, TableEditor editor, VmallocArea area)
    {
        var writer = new PageTableWriter(editor, kernel.Pages, kernel.Rules, kernel.Swapper, descends: true);
        var attributes = new KernelAttributes(kernel.Machine.Geometry, kernel.Rules, kernel.NotGlobal).Pages;
        foreach (var va in area.Addresses)
            writer.Map(area.PageAt(va), va, area.PageSize, attributes,
                MappingFlags.NoBlocks | MappingFlags.NoContiguous);
    }

    /// <summary>
    /// vunmap(): clears the area's pages; its tables remain, as in vmalloc. The caller flushes before it frees the
    /// pages.
    /// </summary>
    public TlbiOperation Unmap(TableEditor editor, VmallocArea area)
    {
        for (var va = area.Start; va < area.End; va += area.PageSize)
        {
            var table = editor.EditRoot(kernel.Swapper);
            while (!table.Level.IsLast)
                table = editor.EditChild(table, editor.Geometry.Index(va, table.Level));
            editor.Write(table, editor.Geometry.Index(va, table.Level), Descriptor.Invalid);
        }

        return KernelFlush.Of(area.Range, editor.Geometry);
    }
}
