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
/// What the calls that have returned promise of pages: of the linear map, where only what differs from writable is
/// kept, and of areas.
/// </summary>
public sealed class PageExpectations
{
    private readonly Dictionary<VirtualAddress, PageAccess> _changed = [];
    private readonly Dictionary<VirtualAddress, PhysicalAddress> _area = [];

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

    /// <summary>The page behind an address of an area.</summary>
    public PhysicalAddress? AreaPage(VirtualAddress page) => _area.TryGetValue(page, out var pa) ? pa : null;

    internal void Map(VmallocArea area)
    {
        foreach (var va in area.Addresses)
            _area[va] = area.PageAt(va);
    }

    internal void Unmap(VmallocArea area)
    {
        foreach (var va in area.Addresses)
        {
            _area.Remove(va);
            _changed.Remove(va);
        }
    }
}
