using System.Globalization;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>CPUs by their numbers, in words.</summary>
public static class CpuNumbers
{
    // A list of more ranges is not read.
    private const int MostRanges = 16;

    /// <summary>
    /// "CPU 3", "CPUs 1-7, 9"; of more than 16 ranges the first 16 and how many CPUs are in the others.
    /// </summary>
    /// <param name="cpus">In any order, at least one.</param>
    public static string Of(IEnumerable<int> cpus)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (int cpu in cpus.Distinct().Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last == cpu - 1)
                ranges[^1] = (ranges[^1].First, cpu);
            else
                ranges.Add((cpu, cpu));
        }

        string shown = string.Join(", ", ranges.Take(MostRanges).Select(Text));
        int more = ranges.Skip(MostRanges).Sum(r => r.Last - r.First + 1);
        return string.Create(CultureInfo.InvariantCulture,
            $"CPU{(ranges is [var only] && only.First == only.Last ? "" : "s")} {shown}"
            + $"{(more > 0 ? $" and {more} more" : "")}");
    }

    private static string Text((int First, int Last) range) => string.Create(CultureInfo.InvariantCulture,
        $"{range.First}{(range.First == range.Last ? "" : $"-{range.Last}")}");
}
