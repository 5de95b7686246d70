using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>
/// Pages for translation tables, handed out from the top of memory down, as memblock does. The number of pages can be
/// limited, because an allocation with GFP_ATOMIC may fail.
/// </summary>
public sealed class TablePages
{
    private readonly List<MemoryRange> _free;
    private readonly Stack<PhysicalAddress> _returned = [];
    private readonly ulong _pageSize;

    /// <param name="limit">The most pages that may be handed out.</param>
    public TablePages(IEnumerable<MemoryRange> free, ulong pageSize, long limit = long.MaxValue)
    {
        _free = [.. free.OrderBy(r => r.Start)];
        _pageSize = pageSize;
        Left = limit;
    }

    /// <summary>The number of pages that are handed out and not returned.</summary>
    public long Allocated { get; private set; }

    private long Left { get; set; }

    public bool TryAllocate(out PhysicalAddress page)
    {
        page = default;
        if (Left <= 0)
            return false;
        if (_returned.TryPop(out page))
        {
            Left--;
            Allocated++;
            return true;
        }

        while (_free.Count > 0)
        {
            if (TryPeekRow(1, out page))
            {
                TakeRow(page, 1);
                return true;
            }

            _free.RemoveAt(_free.Count - 1);
        }

        return false;
    }

    /// <summary>Whether the next pages are adjacent, in descending order. The call takes none of them.</summary>
    /// <param name="top">The first of the pages, which has the highest address.</param>
    public bool TryPeekRow(int count, out PhysicalAddress top)
    {
        top = default;
        if (Left < count || _free.Count == 0)
            return false;
        var (start, end) = (_free[^1].Start, _free[^1].End.AlignDown(_pageSize));
        if (end < start || (end - start) / _pageSize < (ulong)count)
            return false;
        top = new(end.Value - _pageSize);
        return true;
    }

    /// <summary>Takes the pages that <see cref="TryPeekRow"/> found.</summary>
    public void TakeRow(PhysicalAddress top, int count)
    {
        _free[^1] = _free[^1] with { End = new(top.Value - (ulong)(count - 1) * _pageSize) };
        Left -= count;
        Allocated += count;
    }

    /// <summary>Returns the page of a table that no CPU can walk any more.</summary>
    public void Give(PhysicalAddress page)
    {
        _returned.Push(page);
        Left++;
        Allocated--;
    }

    /// <summary>Removes the free pages from the pool except the last ones, which later tables use.</summary>
    /// <param name="keep">The number of pages to keep, from the top.</param>
    public IReadOnlyList<MemoryRange> Withdraw(long keep)
    {
        var withdrawn = new List<MemoryRange>();
        ulong kept = 0;
        for (int i = _free.Count - 1; i >= 0; i--)
        {
            var range = new MemoryRange(_free[i].Start.AlignUp(_pageSize), _free[i].End.AlignDown(_pageSize));
            ulong stays = range.Start < range.End ? Math.Min(range.Length, ((ulong)keep - kept) * _pageSize) : 0;
            kept += stays / _pageSize;
            if (range.Start < range.End && stays < range.Length)
                withdrawn.Insert(0, range with { End = new(range.End.Value - stays) });
            _free[i] = range.Start < range.End ? range with { Start = new(range.End.Value - stays) }
                : range with { End = range.Start };
        }

        return withdrawn;
    }

    /// <summary>The table pages of a machine: mapped memory without the image and the KFENCE pool.</summary>
    public static TablePages Of(MachineDescription machine, PhysicalAddress? kfencePool)
    {
        var granule = machine.Geometry.Granule;
        var taken = new List<MemoryRange> { new(machine.Image.Text, machine.Image.End) };
        if (kfencePool is { } pool)
            taken.Add(new(pool, pool + machine.KfencePoolSize));
        return new(MemoryRange.Subtract(LinearMapLayout.Of(machine).Memory(machine), taken), granule.PageSize);
    }
}
