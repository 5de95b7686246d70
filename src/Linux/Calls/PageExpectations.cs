using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>What the kernel has promised of a page.</summary>
public enum PageAccess
{
    /// <summary>Nothing is promised: a call that failed may have left anything.</summary>
    Unknown,

    /// <summary>Loads and stores succeed.</summary>
    Writable,

    /// <summary>Loads succeed, stores fault.</summary>
    ReadOnly,

    /// <summary>Every access faults.</summary>
    Invalid,
}

/// <summary>
/// What the calls that have returned promise of pages of the linear map and of areas. Only promises other than writable
/// are kept.
/// </summary>
public sealed class PageExpectations
{
    private readonly Dictionary<VirtualAddress, PageAccess> _changed = [];

    /// <summary>Pages whose promise is not the usual one, in no order.</summary>
    public IReadOnlyDictionary<VirtualAddress, PageAccess> Changed => _changed;

    /// <summary>The promise for a page that is mapped.</summary>
    public PageAccess Of(VirtualAddress page) => _changed.GetValueOrDefault(page, PageAccess.Writable);

    internal void Set(VirtualAddress page, PageAccess access)
    {
        if (access == PageAccess.Writable)
            _changed.Remove(page);
        else
            _changed[page] = access;
    }

    /// <summary>Forgets what was promised of an area that is unmapped.</summary>
    internal void Unmap(VmallocArea area)
    {
        foreach (var va in area.Addresses)
            _changed.Remove(va);
    }
}
