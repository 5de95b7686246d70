using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>
/// Pages for everything but tables. They are handed out scattered, as a machine that has run for a while does:
/// neighbours in an area are hardly ever neighbours in memory. A machine that has just booted hands them out in a row.
/// </summary>
public sealed class PageFrames
{
    // Odd, so that it meets every page before it meets one again, and near the golden ratio of a large memory.
    private const long Scattered = 0x9e3_779b;
    private readonly long _stride;
    private readonly List<(MemoryRange Range, long First)> _ranges = [];
    private readonly ulong _pageSize;
    private readonly long _count;
    private readonly HashSet<long> _taken = [];
    private long _cursor;

    /// <param name="fresh">One page after another, not scattered.</param>
    public PageFrames(IEnumerable<MemoryRange> memory, ulong pageSize, bool fresh = false)
    {
        _pageSize = pageSize;
        _stride = fresh ? 1 : Scattered;
        foreach (var range in memory)
        {
            _ranges.Add((range, _count));
            _count += (long)(range.Length / pageSize);
        }
    }

    /// <summary>Pages that are free.</summary>
    public long Free => _count - _taken.Count;

    /// <summary>Pages in all.</summary>
    public long Total => _count;

    /// <returns>False where there are not so many; then none is taken.</returns>
    public bool TryTake(long pages, out ImmutableArray<PhysicalAddress> taken)
    {
        taken = [];
        if (pages > Free)
            return false;
        var result = ImmutableArray.CreateBuilder<PhysicalAddress>((int)pages);
        while (result.Count < pages)
        {
            _cursor = (_cursor + _stride) % _count;
            // A count that shares a factor with the stride would meet some pages only: then it goes on one further.
            while (!_taken.Add(_cursor))
                _cursor = (_cursor + 1) % _count;
            result.Add(AddressOf(_cursor));
        }

        taken = result.DrainToImmutable();
        return true;
    }

    public void Give(IEnumerable<PhysicalAddress> pages)
    {
        foreach (var page in pages)
            _taken.Remove(NumberOf(page));
    }

    /// <summary>Some page, free or not, by a number.</summary>
    public PhysicalAddress Any(ulong number) => AddressOf((long)(number % (ulong)_count));

    private PhysicalAddress AddressOf(long number)
    {
        var (range, first) = _ranges.FindLast(r => r.First <= number);
        return range.Start + (ulong)(number - first) * _pageSize;
    }

    private long NumberOf(PhysicalAddress page)
    {
        var (range, first) = _ranges.Find(r => r.Range.Start <= page && page < r.Range.End);
        return first + (long)((page - range.Start) / _pageSize);
    }
}
