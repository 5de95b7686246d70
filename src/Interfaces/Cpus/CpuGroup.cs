using System.Collections.Immutable;
using System.Globalization;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>Neighbouring CPUs of a report that are alike but for their numbers and the size of their TLBs.</summary>
public readonly record struct CpuGroup(CpuReport First, CpuReport Last)
{
    /// <summary>"3", "16-191".</summary>
    public string Numbers => First.Id == Last.Id ? Number(First.Id) : $"{Number(First.Id)}-{Number(Last.Id)}";

    /// <summary>The groups of a report, in order.</summary>
    /// <param name="most">A machine with at most so many CPUs has a group for each.</param>
    public static IEnumerable<CpuGroup> Of(ImmutableArray<CpuReport> cpus, int most = 0)
    {
        bool merge = cpus.Length > most;
        for (int i = 0; i < cpus.Length;)
        {
            int j = i + 1;
            while (merge && j < cpus.Length && IsLike(cpus[i], cpus[j]))
                j++;
            yield return new(cpus[i], cpus[j - 1]);
            i = j;
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // The number of TLB entries varies by chance and is ignored.
    private static bool IsLike(CpuReport a, CpuReport b) => a == b with { Id = a.Id, TlbEntries = a.TlbEntries };
}
