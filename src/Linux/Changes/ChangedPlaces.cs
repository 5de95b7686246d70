using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>Where the changes of a file may act: the linear map, and the vmalloc areas of the lines so far.</summary>
internal sealed class ChangedPlaces(MachineDescription machine)
{
    private readonly LinearMapLayout _layout = LinearMapLayout.Of(machine);
    private readonly List<VmallocArea> _areas = [];

    /// <summary>An address as a line may have it.</summary>
    public string Example => _layout.PageOffset.ToString();

    /// <summary>What a change that begins at an address must not go beyond.</summary>
    /// <param name="Area">The area that the address lies in; null for the linear map.</param>
    public readonly record struct Limits(VirtualAddress End, VmallocArea? Area);

    /// <summary>The place that an address lies in.</summary>
    /// <exception cref="Inputs.InputException">The call does not take the address.</exception>
    public Limits LimitsOf(ChangeValues values, ChangeCall call, VirtualAddress start)
    {
        if (call.Kind == MapChangeKind.NewArea)
        {
            return start >= _layout.PageEnd && start < AreasEnd ? new Limits(AreasEnd, null)
                : throw values.Error($"expected an address from {_layout.PageEnd} to {AreasEnd}, found {values[1]}");
        }

        if (start >= _layout.PageOffset && start < _layout.PageEnd)
            return new(_layout.PageEnd, null);
        var area = _areas.Find(a => start >= a.Start && start < a.End);
        if (area is not null && call.InAreas)
            return new(area.End, area);
        string found = area is null ? values[1] : $"{values[1]} of the area at {area.Start}";
        string areas = call.InAreas && _areas.Count > 0 ? " or of an area of an earlier line" : "";
        throw values.Error(
            $"expected an address of the linear map ({_layout.PageOffset} to {_layout.PageEnd}){areas}, found {found}");
    }

    /// <summary>The area of a line "vmalloc VA PAGES PA", over consecutive pages of memory.</summary>
    /// <exception cref="Inputs.InputException">It overlaps another, or its pages are no mapped memory.</exception>
    public VmallocArea Map(ChangeValues values, MapChange change)
    {
        ulong page = machine.Geometry.Granule.PageSize;
        var first = new PhysicalAddress(values.Address(3, "0x40000000", page));
        var pages = new MemoryRange(first, first + (ulong)change.Pages * page);
        if (!_layout.Memory(machine).Any(m => m.Contains(pages)))
            throw values.Error($"expected {change.Pages} pages of memory that the kernel maps, found {values[3]}");
        var area = new VmallocArea(change.Start,
            [.. Enumerable.Range(0, (int)change.Pages).Select(i => first + (ulong)i * page)], page);
        if (_areas.Find(a => a.Start < area.End && area.Start < a.End) is { } other)
            throw values.Error($"expected addresses of no area so far, found those of [{other.Start}, {other.End})");
        _areas.Add(area);
        return area;
    }

    // Modules and vmalloc() have the addresses up to the fixed maps, of which vmemmap is the lowest: it has 64 bytes
    // for each page of the linear map's room.
    private VirtualAddress AreasEnd =>
        new(unchecked(0 - (1UL << 30) - (_layout.Room >> _layout.Geometry.Granule.PageShift << 6)));
}
