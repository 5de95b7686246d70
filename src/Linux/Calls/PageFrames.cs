using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Calls;

/// <summary>
/// Pages for everything except tables. They are handed out scattered, as on a machine that has run for a while: pages
/// that are adjacent in an area are hardly ever adjacent in memory. A machine that has just booted hands them out in
/// address order.
/// </summary>
public sealed class PageFrames
{
    // Odd, so that the sequence visits every page before it repeats one, and near the golden ratio of a large memory.
    private const long Scattered = 0x9e3_779b;
    private readonly long _stride;
    private readonly List<(MemoryRange Range, long First)> _ranges = [];
    private readonly ulong _pageSize;
    private readonly long _count;
    private readonly HashSet<long> _taken = [];
    private long _cursor;

    /// <param name="fresh">Whether to hand out pages in address order instead of scattered.</param>
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

    /// <summary>The number of free pages.</summary>
    public long Free => _count - _taken.Count;

    /// <returns>False if there are not enough free pages; none is taken then.</returns>
    public bool TryTake(long pages, out ImmutableArray<PhysicalAddress> taken)
    {
        taken = [];
        if (pages > Free)
            return false;
        var result = ImmutableArray.CreateBuilder<PhysicalAddress>((int)pages);
        while (result.Count < pages)
        {
            _cursor = (_cursor + _stride) % _count;
            // If the number of pages shares a factor with the stride, the sequence returns to its start early; then it
            // continues one page further.
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

    /// <summary>A page selected by a number, free or not.</summary>
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
