using System.Collections.Immutable;

namespace Orleans.Mmu.Import.Cpus;

/// <summary>The CPUs that were online when a file was written, in order of their numbers.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Cpus">At least one CPU.</param>
/// <param name="BootFeatures">The hwcaps of the first CPU; empty where the file has none.</param>
/// <param name="Warnings">What the file leaves open.</param>
internal sealed record CpuList(
    string File, IReadOnlyList<ListedCpu> Cpus, ImmutableHashSet<string> BootFeatures, IReadOnlyList<string> Warnings)
{
    /// <summary>Numbers that are missing between the others: such CPUs were offline.</summary>
    public static IEnumerable<string> Holes(string file, IReadOnlyList<ListedCpu> cpus)
    {
        int next = 0;
        foreach (var cpu in cpus)
        {
            if (cpu.Number > next)
                yield return $"{file}: CPU {Numbers(next, cpu.Number - 1)} offline, and left out";
            next = cpu.Number + 1;
        }
    }

    /// <summary>"3 is", "3 to 5 are".</summary>
    private static string Numbers(int first, int last) => first == last ? $"{first} is" : $"{first} to {last} are";
}
