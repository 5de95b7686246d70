using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Linux.Kernels;

/// <summary>Since when kernels have a core on their list of those that may split live.</summary>
/// <param name="Version">The first version whose list has it.</param>
/// <param name="Range">The revisions that the list has.</param>
public sealed record ListedSince(KernelVersion Version, MidrRange Range)
{
    /// <summary>"every revision", or "r0p2 to r0p15", or "from r1p1 on".</summary>
    public string Revisions => (Range.From, Range.To) switch
    {
        (0, 0xff) => "every revision",
        (_, 0xff) => $"from {MidrRange.NameOf(Range.From)} on",
        _ => $"{MidrRange.NameOf(Range.From)} to {MidrRange.NameOf(Range.To)}",
    };

    /// <summary>The revision that <see cref="Range"/> begins with, such as "r0p2".</summary>
    public string First => MidrRange.NameOf(Range.From);

    /// <summary>The entry of a core; null for one that no list has.</summary>
    public static ListedSince? Of(Core core)
    {
        foreach (var version in KernelRules.Changes)
        {
            foreach (var range in KernelRules.Of(version).AllowList.Ranges)
            {
                if (range.Model.Model == core.Midr.Model)
                    return new(version, range);
            }
        }

        return null;
    }
}
