using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Linux.Machines;

/// <summary>Physical memory [Start, End).</summary>
public readonly record struct MemoryRange(PhysicalAddress Start, PhysicalAddress End)
{
    /// <summary>The size in bytes.</summary>
    public ulong Length => End - Start;

    public bool Overlaps(MemoryRange other) => Start < other.End && other.Start < End;

    public bool Contains(MemoryRange other) => Start <= other.Start && other.End <= End;

    public override string ToString() => $"[{Start}, {End})";

    /// <summary>Sorts the ranges and joins those that touch or overlap, as memblock does.</summary>
    public static IReadOnlyList<MemoryRange> Merge(IEnumerable<MemoryRange> ranges)
    {
        var merged = new List<MemoryRange>();
        foreach (var range in ranges.Where(r => r.Start < r.End).OrderBy(r => r.Start))
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
                merged[^1] = merged[^1] with { End = range.End > merged[^1].End ? range.End : merged[^1].End };
            else
                merged.Add(range);
        }

        return merged;
    }

    /// <summary>Ranges that do not overlap each other, without the bytes of other ranges; their order stays.</summary>
    public static IReadOnlyList<MemoryRange> Subtract(IEnumerable<MemoryRange> ranges, IEnumerable<MemoryRange> holes)
    {
        var sorted = Merge(holes);
        var left = new List<MemoryRange>();
        foreach (var range in ranges)
        {
            var at = range.Start;
            for (int i = FirstEndingAbove(sorted, at); i < sorted.Count && sorted[i].Start < range.End; i++)
            {
                if (at < sorted[i].Start)
                    left.Add(new(at, sorted[i].Start));
                at = Max(at, sorted[i].End);
            }

            if (at < range.End)
                left.Add(new(at, range.End));
        }

        return left;
    }

    private static int FirstEndingAbove(IReadOnlyList<MemoryRange> sorted, PhysicalAddress address)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle].End <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static PhysicalAddress Max(PhysicalAddress a, PhysicalAddress b) => a > b ? a : b;
}
