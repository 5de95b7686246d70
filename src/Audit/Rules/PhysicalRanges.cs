using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>
/// Ranges of physical memory, each with the address by which it was found; sorted before they are asked.
/// </summary>
internal sealed class PhysicalRanges
{
    /// <summary>The most ranges; a dump with more is hostile or broken.</summary>
    public const int Most = 1 << 20;

    private readonly List<(MemoryRange Range, VirtualAddress From)> _ranges = [];
    private bool _isSorted = true;

    /// <summary>Whether ranges were left out.</summary>
    public bool IsFull { get; private set; }

    public void Add(PhysicalAddress start, ulong bytes, VirtualAddress from)
    {
        if (_ranges.Count > 0 && _ranges[^1] is var (last, lastFrom) && last.End == start
            && from - lastFrom == last.Length)
            _ranges[^1] = (last with { End = start + bytes }, lastFrom);
        else if (_ranges.Count == Most)
            IsFull = true;
        else
            _ranges.Add((new(start, start + bytes), from));
        _isSorted = false;
    }

    /// <summary>
    /// The parts of a piece of memory that lie in the ranges, ascending, each with its address there.
    /// </summary>
    public IEnumerable<(MemoryRange Part, VirtualAddress From)> In(MemoryRange piece)
    {
        Sort();
        for (int i = FirstEndingAbove(piece.Start); i < _ranges.Count && _ranges[i].Range.Start < piece.End; i++)
        {
            var (range, from) = _ranges[i];
            var start = range.Start > piece.Start ? range.Start : piece.Start;
            var end = range.End < piece.End ? range.End : piece.End;
            if (start < end)
                yield return (new(start, end), from + (start - range.Start));
        }
    }

    // Overlapping ranges are cut, so that the ends ascend as the starts do.
    private void Sort()
    {
        if (_isSorted)
            return;
        _ranges.Sort((a, b) => a.Range.Start.CompareTo(b.Range.Start));
        int kept = 0;
        PhysicalAddress end = default;
        for (int i = 0; i < _ranges.Count; i++)
        {
            var (range, from) = _ranges[i];
            var start = kept > 0 && end > range.Start ? end : range.Start;
            if (start >= range.End)
                continue;
            _ranges[kept++] = (new(start, range.End), from + (start - range.Start));
            end = range.End;
        }

        _ranges.RemoveRange(kept, _ranges.Count - kept);
        _isSorted = true;
    }

    private int FirstEndingAbove(PhysicalAddress address)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].Range.End <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
