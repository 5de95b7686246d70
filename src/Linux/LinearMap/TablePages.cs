using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Linux;

/// <summary>
/// Pages for translation tables, handed out from the top of memory down as memblock does. Allocations can be made to
/// run out, as GFP_ATOMIC may.
/// </summary>
public sealed class TablePages
{
    private readonly List<MemoryRange> _free;
    private readonly ulong _pageSize;

    /// <param name="limit">How many pages there are at most.</param>
    public TablePages(IEnumerable<MemoryRange> free, ulong pageSize, long limit = long.MaxValue)
    {
        _free = [.. free.OrderBy(r => r.Start)];
        _pageSize = pageSize;
        Left = limit;
    }

    /// <summary>Pages handed out.</summary>
    public long Allocated { get; private set; }

    private long Left { get; set; }

    public bool TryAllocate(out PhysicalAddress page)
    {
        page = default;
        if (Left <= 0)
            return false;
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

    /// <summary>Whether the next pages lie in a row downwards; they are still to be taken.</summary>
    /// <param name="top">The first of them, which has the highest address.</param>
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

    /// <summary>Takes the pages that were peeked at.</summary>
    public void TakeRow(PhysicalAddress top, int count)
    {
        _free[^1] = _free[^1] with { End = new(top.Value - (ulong)(count - 1) * _pageSize) };
        Left -= count;
        Allocated += count;
    }

    /// <summary>The pages of a machine: mapped memory without the image and the KFENCE pool.</summary>
    public static TablePages Of(MachineDescription machine, PhysicalAddress? kfencePool)
    {
        var granule = machine.Geometry.Granule;
        var taken = new List<MemoryRange> { new(machine.Image.Text, machine.Image.End) };
        if (kfencePool is { } pool)
            taken.Add(new(pool, pool + LinearMapLayout.KfencePoolSize(granule)));
        return new(MemoryRange.Subtract(LinearMapLayout.Of(machine).Memory(machine), taken), granule.PageSize);
    }
}
