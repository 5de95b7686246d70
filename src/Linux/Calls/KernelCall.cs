using System.Diagnostics;
using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Permissions;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>
/// A call that changes a running kernel's map. The set is closed: this file declares every such record.
/// </summary>
public abstract record KernelCall
{
    private protected KernelCall()
    {
    }

    /// <summary>The call as progress lines and lists of refused calls show it.</summary>
    public sealed override string ToString() => this switch
    {
        VmallocAlloc call => string.Create(CultureInfo.InvariantCulture, $"vmalloc of {(ulong)call.Pages} pages"),
        VmallocFree call => string.Create(CultureInfo.InvariantCulture, $"vfree of area {call.Area}"),
        SetMemoryRo call => OfArea("ReadOnly", call),
        SetMemoryRw call => OfArea("ReadWrite", call),
        SetMemoryNx call => OfArea("NoExecute", call),
        SetMemoryX call => OfArea("Execute", call),
        SetMemoryValid call =>
            At(call.Valid ? "MakeValid" : "MakeInvalid", call.Range.Start.Value, call.Range.End - call.Range.Start),
        SetDirectMapInvalid call => At("DirectMapInvalid", call.Page.Value, 0),
        SetDirectMapDefault call => At("DirectMapDefault", call.Page.Value, 0),
        TakeSecret call => At("TakeSecret", call.Page.Value, 0),
        FreeSecret call => At("FreeSecret", call.Page.Value, 0),
        HotplugAdd call => At("HotAdd", call.Range.Start.Value, call.Range.Length),
        HotplugRemove call => At("HotRemove", call.Range.Start.Value, call.Range.Length),
        _ => throw new UnreachableException($"{GetType().Name} has no text"),
    };

    private static string OfArea(string name, PermissionCall call) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{name} of {call.Pages} pages from page {call.First} of area {call.Area}");

    private static string At(string name, ulong start, ulong length) =>
        string.Create(CultureInfo.InvariantCulture, $"{name} at 0x{start:x}, {length} bytes");
}

/// <summary>vmalloc(): an area of pages, readable and writable.</summary>
public sealed record VmallocAlloc(long Pages) : KernelCall;

/// <summary>
/// vfree(). If the area's permissions were changed, it also restores the linear alias (VM_FLUSH_RESET_PERMS).
/// </summary>
/// <param name="Area">The area's number, from 1 in the order of allocation.</param>
public sealed record VmallocFree(int Area) : KernelCall;

/// <summary>A change of permissions of pages of an area.</summary>
/// <param name="Area">The area's number, from 1 in the order of allocation.</param>
/// <param name="First">The first page, from 0 within the area.</param>
/// <param name="Pages">The number of pages.</param>
public abstract record PermissionCall(int Area, long First, long Pages) : KernelCall
{
    /// <summary>The change that the call makes to the leaves.</summary>
    public abstract PermissionChange Change { get; }
}

/// <summary>set_memory_ro().</summary>
public sealed record SetMemoryRo(int Area, long First, long Pages) : PermissionCall(Area, First, Pages)
{
    public override PermissionChange Change => PermissionChange.ReadOnly;
}

/// <summary>set_memory_rw().</summary>
public sealed record SetMemoryRw(int Area, long First, long Pages) : PermissionCall(Area, First, Pages)
{
    public override PermissionChange Change => PermissionChange.ReadWrite;
}

/// <summary>set_memory_nx().</summary>
public sealed record SetMemoryNx(int Area, long First, long Pages) : PermissionCall(Area, First, Pages)
{
    public override PermissionChange Change => PermissionChange.NoExecute;
}

/// <summary>set_memory_x().</summary>
public sealed record SetMemoryX(int Area, long First, long Pages) : PermissionCall(Area, First, Pages)
{
    public override PermissionChange Change => PermissionChange.Execute;
}

/// <summary>set_memory_valid() on addresses of the linear map.</summary>
public sealed record SetMemoryValid(LinearRange Range, bool Valid) : KernelCall;

/// <summary>A call on one page of the linear map, named by its physical address.</summary>
public abstract record PageCall(PhysicalAddress Page) : KernelCall;

/// <summary>set_direct_map_invalid_noflush().</summary>
public sealed record SetDirectMapInvalid(PhysicalAddress Page) : PageCall(Page);

/// <summary>set_direct_map_default_noflush().</summary>
public sealed record SetDirectMapDefault(PhysicalAddress Page) : PageCall(Page);

/// <summary>A page becomes secret memory (secretmem_fault).</summary>
public sealed record TakeSecret(PhysicalAddress Page) : PageCall(Page);

/// <summary>A page of secret memory returns to the linear map (secretmem_free_folio).</summary>
public sealed record FreeSecret(PhysicalAddress Page) : PageCall(Page);

/// <summary>Memory is plugged in (arch_add_memory).</summary>
public sealed record HotplugAdd(MemoryRange Range) : KernelCall;

/// <summary>Memory is taken offline and removed (arch_remove_memory).</summary>
public sealed record HotplugRemove(MemoryRange Range) : KernelCall;
