using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.Resources;

/// <summary>What a file says of physical memory.</summary>
/// <param name="Memory">memblock.memory: ordered, without overlaps, NOMAP ranges included.</param>
/// <param name="NoMap">The ranges of it that the linear map leaves out.</param>
internal sealed record MemoryLayout(IReadOnlyList<NamedRange> Memory, IReadOnlyList<NamedRange> NoMap)
{
    /// <summary>The ranges in order of their addresses.</summary>
    /// <exception cref="InputException">Ranges overlap, or there are more than a machine file may have.</exception>
    public static IReadOnlyList<NamedRange> Ordered(string file, IEnumerable<NamedRange> ranges)
    {
        List<NamedRange> sorted = [.. ranges.OrderBy(r => r.Range.Start)];
        if (sorted.Count > MachineDescription.MaxRanges)
            throw new InputException(file, LineOf(sorted[MachineDescription.MaxRanges]),
                $"expected at most {MachineDescription.MaxRanges} ranges of memory, found {sorted.Count}");
        for (int i = 1; i < sorted.Count; i++)
        {
            if (sorted[i].Range.Overlaps(sorted[i - 1].Range))
                throw new InputException(file, Math.Max(LineOf(sorted[i - 1]), LineOf(sorted[i])),
                    $"expected ranges that do not overlap, found {sorted[i - 1].Range} ({sorted[i - 1].Place}) and "
                    + $"{sorted[i].Range} ({sorted[i].Place})");
        }

        return sorted;
    }

    private static int LineOf(NamedRange range) => range.From?.Line ?? 1;
}
