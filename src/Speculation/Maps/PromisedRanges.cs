using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Calls;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>A contiguous range of the linear map with the same promise.</summary>
/// <param name="Access">Unknown: any access is allowed.</param>
internal readonly record struct PromisedRange(VirtualAddress Start, VirtualAddress End, PageAccess Access);

/// <summary>
/// The linear addresses of all memory, in order, with the access that the kernel has promised for them.
/// </summary>
internal static class PromisedRanges
{
    public static IEnumerable<PromisedRange> Of(KernelMemory memory)
    {
        var layout = memory.Kernel.Layout;
        var exceptions = Exceptions(memory).ToList();
        int next = 0;
        foreach (var range in memory.Present.Ranges)
        {
            var (at, end) = (layout.ToVirtual(range.Start), layout.ToVirtual(range.End));
            for (; next < exceptions.Count && exceptions[next].Start < end; next++)
            {
                var exception = exceptions[next];
                // Removed memory has no promise.
                if (exception.Start < at)
                    continue;
                if (at < exception.Start)
                    yield return new(at, exception.Start, PageAccess.Writable);
                yield return exception;
                at = exception.End;
            }

            if (at < end)
                yield return new(at, end, PageAccess.Writable);
        }
    }

    // Pages whose promise is not the usual one, and the kernel image's alias, whose permissions boot has set.
    private static IEnumerable<PromisedRange> Exceptions(KernelMemory memory)
    {
        var layout = memory.Kernel.Layout;
        ulong size = memory.Kernel.Machine.Geometry.Granule.PageSize;
        var image = ImageRange(memory);
        var pages = memory.Expected.Changed.Where(
            p => p.Key < layout.PageEnd && !(image.Start <= p.Key && p.Key < image.End))
            .Select(p => new PromisedRange(p.Key, p.Key + size, p.Value)).Append(image).OrderBy(p => p.Start);
        PromisedRange? open = null;
        foreach (var page in pages)
        {
            if (open is { } before && before.End == page.Start && before.Access == page.Access)
            {
                open = before with { End = page.End };
                continue;
            }

            if (open is { } done)
                yield return done;
            open = page;
        }

        if (open is { } last)
            yield return last;
    }

    private static PromisedRange ImageRange(KernelMemory memory)
    {
        var (kernel, image) = (memory.Kernel, memory.Kernel.Machine.Image);
        ulong size = kernel.Machine.Geometry.Granule.PageSize;
        return new(
            kernel.Layout.ToVirtual(image.Text).AlignDown(size), kernel.Layout.ToVirtual(image.End.AlignUp(size)),
            PageAccess.Unknown);
    }
}
