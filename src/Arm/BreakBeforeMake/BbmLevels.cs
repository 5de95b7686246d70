using System.Collections.Immutable;

namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>
/// The levels of a machine's CPUs as people write them: "3,0" is CPU 0's, then CPU 1's and that of all that follow.
/// </summary>
public static class BbmLevels
{
    /// <summary>Reads digits with commas between; null where it is something else, or more than there can be.</summary>
    public static ImmutableArray<BbmLevel>? Parse(string text, int most)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length <= most && parts.All(p => p is "0" or "1" or "2" or "3")
            ? [.. parts.Select(p => (BbmLevel)(p[0] - '0'))] : null;
    }
}
