using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The map that a protocol must produce. Which of two tables is linked does not matter if it holds what is intended; of
/// a table that is not linked, only the first matters, whose page may have to be freed.
/// </summary>
internal static class IntendedMap
{
    /// <summary>Whether memory holds the map.</summary>
    /// <param name="held">The contents of every word.</param>
    public static bool IsHeld(IReadOnlyDictionary<WatchedWord, WordContent> held, MapChangeGoal scene) =>
        Enum.GetValues<RepaintRange>().All(r => IsHeld(held, scene, r));

    private static bool IsHeld(
        IReadOnlyDictionary<WatchedWord, WordContent> held, MapChangeGoal scene, RepaintRange range)
    {
        foreach (bool second in new[] { false, true })
        {
            var pmd = new WatchedWord(range, -1, second);
            var (now, intended) = (held[pmd], scene.Intended[pmd]);
            bool bothLink = IsLink(now) && IsLink(intended);
            if (!bothLink && now != intended)
                return false;
            for (int page = 0; page < WatchedWord.Pages && (bothLink || !second); page++)
            {
                bool inSecond = bothLink && now == WordContent.SecondTable;
                bool meantInSecond = bothLink && intended == WordContent.SecondTable;
                if (held[new(range, page, inSecond)] != scene.Intended[new(range, page, meantInSecond)])
                    return false;
            }
        }

        return true;
    }

    private static bool IsLink(WordContent content) => content is WordContent.Table or WordContent.SecondTable;
}
