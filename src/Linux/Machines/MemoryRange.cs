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

    /// <summary>Merged ranges without the bytes of other ranges.</summary>
    public static IReadOnlyList<MemoryRange> Subtract(IEnumerable<MemoryRange> ranges, IEnumerable<MemoryRange> holes)
    {
        var left = ranges.ToList();
        foreach (var hole in holes.Where(h => h.Start < h.End))
        {
            left = [.. left.SelectMany(r => r.Overlaps(hole)
                ? new[] { r with { End = Min(r.End, hole.Start) },
                    r with { Start = Max(r.Start, hole.End) } }.Where(p => p.Start < p.End)
                : [r])];
        }

        return left;
    }

    private static PhysicalAddress Min(PhysicalAddress a, PhysicalAddress b) => a < b ? a : b;

    private static PhysicalAddress Max(PhysicalAddress a, PhysicalAddress b) => a > b ? a : b;
}
