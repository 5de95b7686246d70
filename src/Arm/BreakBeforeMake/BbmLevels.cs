using System.Collections.Immutable;

namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>
/// The BBM levels of a machine's CPUs as text: "3,0" is the level of CPU 0 and the level of CPU 1 and all after it.
/// </summary>
public static class BbmLevels
{
    /// <summary>
    /// Reads digits separated by commas; null if the text has another form or more than <paramref name="most"/> levels.
    /// "2+" is another spelling of 3, level 2 without conflict aborts.
    /// </summary>
    public static ImmutableArray<BbmLevel>? Parse(string text, int most)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length <= most && parts.All(p => p is "0" or "1" or "2" or "2+" or "3")
            ? [.. parts.Select(p => p == "2+" ? BbmLevel.Level2NoAbort : (BbmLevel)(p[0] - '0'))] : null;
    }
}
