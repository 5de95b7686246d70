using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Flushing;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.RunningKernel;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Hotplug;

/// <summary>
/// Memory that is added and removed while the kernel runs: arch_add_memory() and arch_remove_memory().
/// </summary>
public sealed class MemoryHotplug(KernelContext kernel, TableEditor editor)
{
    private readonly TranslationGeometry _geometry = editor.Geometry;

    /// <summary>
    /// memory_block_size_bytes(), which is a section of sparse memory: 128 MiB, or 512 MiB with 64K pages.
    /// </summary>
    public ulong BlockSize => _geometry.Granule == Granule.K64 ? 512UL << 20 : 128UL << 20;

    /// <summary>
    /// add_memory() and arch_add_memory(): maps a range by the rules of map_mem(), with the capabilities that are known
    /// now.
    /// </summary>
    /// <returns>
    /// InvalidArgument if the range does not consist of memory blocks (check_hotplug_memory_range), TooBig if the
    /// linear map or physical addresses end before it, Exists if something is mapped there. NoMemory if a table could
    /// not be allocated; what was mapped is removed again.
    /// </returns>
    /// <exception cref="KernelPanicException">
    /// A table could not be allocated, on a kernel whose add path cannot fail.
    /// </exception>
    public KernelError Add(MemoryRange range)
    {
        if (range.Start >= range.End || !range.Start.IsAligned(BlockSize) || !range.End.IsAligned(BlockSize))
            return KernelError.InvalidArgument;
        // An address below the first byte of the map wraps around to an offset beyond its last.
        ulong offset = range.Start - kernel.Layout.PhysicalOffset;
        bool fits = offset < kernel.Layout.Room && range.Length <= kernel.Layout.Room - offset;
        if (!fits || (range.End.Value - 1) >> _geometry.PaBits != 0)
            return KernelError.TooBig;
        var start = kernel.Layout.ToVirtual(range.Start);
        if (MemoryRange.Merge(kernel.Machine.Memory).Any(range.Overlaps)
            || IsAnyMapped(new(start, start + range.Length)))
            return KernelError.Exists;
        var flags = MappingFlags.NoExec
            | (kernel.ForcesPages ? MappingFlags.NoBlocks | MappingFlags.NoContiguous : MappingFlags.None);
        var attributes = new KernelAttributes(_geometry, kernel.Rules, kernel.NotGlobal).TaggedPages;
        var writer =
            new PageTableWriter(editor, kernel.Pages, kernel.Rules, kernel.Swapper, kernel.Rules.PaintsImageFirst);
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
    /// The memory notifiers (MEM_GOING_OFFLINE), and the steps in which arch_remove_memory() removes the range: none is
    /// performed yet. Boot memory cannot be removed, nor can a range that ends inside a leaf, because the kernel does
    /// not split a leaf for it.
    /// </summary>
    /// <param name="steps">
    /// For <see cref="Perform"/>, in order; empty if a notifier objects. One step with one flush, unless the kernel
    /// flushes member by member (<see cref="KernelBug.HotRemoveFlushesMembers"/>).
    /// </param>
    /// <returns>
    /// NotPermitted if a notifier objects (notifier_to_errno of NOTIFY_BAD); <paramref name="warning"/> is its message.
    /// </returns>
    public KernelError PlanRemoval(MemoryRange range, out ImmutableArray<RemovalStep> steps, out string? warning)
    {
        var addresses = new LinearRange(kernel.Layout.ToVirtual(range.Start), kernel.Layout.ToVirtual(range.End));
        (steps, warning) = ([], null);
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
                warning = $"[{range.Start}, {range.End}) splits a leaf entry in linear map: {edge} lies inside "
                    + $"{LeafCensus.SizeName(leaf)}";
                return KernelError.NotPermitted;
            }
        }

        steps = kernel.Rules.Has(KernelBug.HotRemoveFlushesMembers)
            ? MemberwiseRemoval.StepsOf(editor.Root(kernel.Swapper), addresses, _geometry)
            : [new(addresses, Unlinks: true, [KernelFlush.Tables(addresses, _geometry)])];
        return KernelError.None;
    }

    /// <summary>
    /// Performs the stores of a step of a removal. Its TLBIs must complete on every CPU before the next step, and
    /// before the pages of tables that it unlinks are used for anything else.
    /// </summary>
    public void Perform(RemovalStep step) =>
        new LeafRemoval(editor, kernel.Pages, kernel.Swapper).Remove(step.Range, step.Unlinks);

    // addr_splits_kernel_leaf(): the size of the leaf or contiguous group that contains an address; null if the address
    // begins it, or if nothing is mapped.
    private ulong? LeafInside(VirtualAddress va)
    {
        var table = editor.Root(kernel.Swapper);
        while (!LeafBoundary.IsAt(va, table.Level, _geometry))
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

        return null;
    }

    private bool IsAnyMapped(LinearRange range)
    {
        for (var va = range.Start; va < range.End;)
        {
            var table = editor.Root(kernel.Swapper);
            while (table.Child(_geometry.Index(va, table.Level)) is { } child)
                table = child;
            if (!table[_geometry.Index(va, table.Level)].IsNone)
                return true;
            ulong size = _geometry.Size(table.Level);
            var next = va.AlignDown(size) + size;
            va = next - va < range.End - va ? next : range.End;
        }

        return false;
    }
}
