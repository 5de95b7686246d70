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
            var top = _free[^1];
            page = new PhysicalAddress(top.End.Value - _pageSize).AlignDown(_pageSize);
            if (top.End.Value >= _pageSize && page >= top.Start)
            {
                _free[^1] = top with { End = page };
                Left--;
                Allocated++;
                return true;
            }

            _free.RemoveAt(_free.Count - 1);
        }

        return false;
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
