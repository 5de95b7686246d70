using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Splitting;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>What a running kernel is asked to do with its map.</summary>
public enum KernelCallKind
{
    /// <summary>vmalloc(): an area of pages, readable and writable.</summary>
    Allocate,

    /// <summary>vfree() of an area whose permissions were changed (VM_FLUSH_RESET_PERMS).</summary>
    Free,

    /// <summary>set_memory_ro() on pages of an area.</summary>
    ReadOnly,

    /// <summary>set_memory_rw().</summary>
    ReadWrite,

    /// <summary>set_memory_nx().</summary>
    NoExecute,

    /// <summary>set_memory_x().</summary>
    Execute,

    /// <summary>set_memory_valid(…, 0) on addresses of the linear map.</summary>
    MakeInvalid,

    /// <summary>set_memory_valid(…, 1).</summary>
    MakeValid,

    /// <summary>set_direct_map_invalid_noflush() on a page.</summary>
    DirectMapInvalid,

    /// <summary>set_direct_map_default_noflush().</summary>
    DirectMapDefault,

    /// <summary>A page becomes secret memory.</summary>
    TakeSecret,

    /// <summary>It is given back.</summary>
    FreeSecret,

    /// <summary>Memory is plugged in.</summary>
    HotAdd,

    /// <summary>Memory is taken offline and removed.</summary>
    HotRemove,
}

/// <summary>One call.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Area">The area it concerns, by the order of allocation from 1; 0 for calls on addresses.</param>
/// <param name="Start">The first page of the area, or a virtual (Make…) or physical address.</param>
/// <param name="Length">Pages of the area, or bytes.</param>
public readonly record struct KernelCall(KernelCallKind Kind, int Area, ulong Start, ulong Length)
{
    public static KernelCall Allocate(long pages) => new(KernelCallKind.Allocate, 0, 0, (ulong)pages);

    public static KernelCall Free(int area) => new(KernelCallKind.Free, area, 0, 0);

    /// <param name="kind">ReadOnly, ReadWrite, NoExecute or Execute.</param>
    public static KernelCall Protect(KernelCallKind kind, int area, long first, long pages) => new(kind, area, (ulong)first, (ulong)pages);

    public static KernelCall SetValid(LinearRange range, bool valid) =>
        new(valid ? KernelCallKind.MakeValid : KernelCallKind.MakeInvalid, 0, range.Start.Value, range.End - range.Start);

    /// <param name="kind">DirectMapInvalid, DirectMapDefault, TakeSecret or FreeSecret.</param>
    public static KernelCall OnPage(KernelCallKind kind, PhysicalAddress page) => new(kind, 0, page.Value, 0);

    /// <param name="kind">HotAdd or HotRemove.</param>
    public static KernelCall Hotplug(KernelCallKind kind, MemoryRange range) => new(kind, 0, range.Start.Value, range.Length);

    public override string ToString() => Kind switch
    {
        KernelCallKind.Allocate => string.Create(CultureInfo.InvariantCulture, $"vmalloc of {Length} pages"),
        KernelCallKind.Free => string.Create(CultureInfo.InvariantCulture, $"vfree of area {Area}"),
        _ when Area > 0 => string.Create(CultureInfo.InvariantCulture, $"{Kind} of {Length} pages from page {Start} of area {Area}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Kind} at 0x{Start:x}, {Length} bytes"),
    };
}

/// <summary>What a call came to.</summary>
/// <param name="Error">What the kernel function returned.</param>
/// <param name="Warnings">What the kernel warned of.</param>
/// <param name="Flushes">What must be invalidated on every CPU before the call may return, in order.</param>
public readonly record struct KernelCallResult(KernelError Error, IReadOnlyList<string> Warnings, IReadOnlyList<TlbiOperation> Flushes);
