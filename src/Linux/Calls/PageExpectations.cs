using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>The kernel's promise for a page.</summary>
public enum PageAccess
{
    /// <summary>No promise: a call that failed may have left the page in any state.</summary>
    Unknown,

    /// <summary>Loads and stores succeed.</summary>
    Writable,

    /// <summary>Loads succeed, stores fault.</summary>
    ReadOnly,

    /// <summary>Every access faults.</summary>
    Invalid,
}

/// <summary>
/// The promises of the calls that have returned, for pages of the linear map and of areas. Only promises other than
/// writable are stored.
/// </summary>
public sealed class PageExpectations
{
    private readonly Dictionary<VirtualAddress, PageAccess> _changed = [];

    /// <summary>The pages whose promise is not the usual one, in no particular order.</summary>
    public IReadOnlyDictionary<VirtualAddress, PageAccess> Changed => _changed;

    /// <summary>The promise for a mapped page.</summary>
    public PageAccess Of(VirtualAddress page) => _changed.GetValueOrDefault(page, PageAccess.Writable);

    internal void Set(VirtualAddress page, PageAccess access)
    {
        if (access == PageAccess.Writable)
            _changed.Remove(page);
        else
            _changed[page] = access;
    }

    /// <summary>Removes the promises for an area that is unmapped.</summary>
    internal void Unmap(VmallocArea area)
    {
        foreach (var va in area.Addresses)
            _changed.Remove(va);
    }
}
