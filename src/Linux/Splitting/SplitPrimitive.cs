using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.RunningKernel;

namespace Orleans.Mmu.Linux.Splitting;

/// <summary>
/// split_kernel_leaf_mapping(): afterwards, each end of a range begins a leaf or is not mapped; larger leaves inside
/// the range remain. It first decides whether the map may be split at all. There must be only one writer at a time,
/// which in Linux pgtable_split_lock ensures.
/// </summary>
internal sealed class SplitPrimitive(KernelContext kernel, TableEditor editor)
{
    private readonly LeafSplit _split = new(editor, kernel.Pages, kernel.Swapper);
    private readonly bool _asksForFinalCapability = kernel.Rules.Has(KernelBug.EarlySplitSkipped);

    /// <summary>The kernel's warnings, each once (WARN_ON).</summary>
    public IReadOnlyCollection<string> Warnings => _warnings;

    private readonly HashSet<string> _warnings = [];

    /// <returns>
    /// InvalidArgument if an end is not page aligned; NoMemory if a table could not be allocated (what was split stays
    /// split); Busy during the windows of boot in which no CPU may split.
    /// </returns>
    public KernelError Split(VirtualAddress start, VirtualAddress end)
    {
        if (Refusal(start) is { } answer)
            return answer;
        ulong page = editor.Geometry.Granule.PageSize;
        if (!start.IsAligned(page) || !end.IsAligned(page))
            return KernelError.InvalidArgument;

        // For one page: when its less aligned end begins a page, the other end lies in the same dissolved group.
        if (end - start == page)
            return _split.At(BitOperations.TrailingZeroCount(start.Value) < BitOperations.TrailingZeroCount(end.Value)
                ? start : end);
        var error = _split.At(start);
        return error == KernelError.None ? _split.At(end) : error;
    }

    // Null means that the split may proceed. The order of the checks is the kernel's and decides what a misaligned call
    // returns.
    private KernelError? Refusal(VirtualAddress start)
    {
        // Before 6.18 there is no such function: memory that needs pages was painted with pages.
        if (!kernel.Rules.SplitsLinearMap)
            return KernelError.None;
        if (_asksForFinalCapability)
            return !kernel.Capability.SystemSupports || kernel.ForcesPages
                || kernel.IsKfence(start) ? KernelError.None : null;
        if (!kernel.Decision.RequiresBbml2 || kernel.IsKfence(start))
            return KernelError.None;
        if (kernel.Capability.SystemSupports)
            return null;
        if (kernel.Capability.Finalized)
            return KernelError.None;
        if (!kernel.PageAllocatorUp)
            return Busy("before the page allocator is up");
        return kernel.OnlineCpus > 1 ? Busy("while CPUs come up whose capability is not known") : null;
    }

    private KernelError Busy(string when)
    {
        _warnings.Add($"split_kernel_leaf_mapping: a split was asked for {when}");
        return KernelError.Busy;
    }
}
