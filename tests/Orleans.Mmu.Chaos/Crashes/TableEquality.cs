using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>
/// Whether two sets of tables are the same, word for word and address for address, however they came about.
/// </summary>
internal static class TableEquality
{
    public static bool Of(TableSnapshot one, TableSnapshot other) =>
        one.Roots.Length == other.Roots.Length && one.Roots.Zip(other.Roots).All(p => Of(p.First, p.Second));

    private static bool Of(TranslationTable one, TranslationTable other)
    {
        if (one.Address != other.Address || one.Level != other.Level)
            return false;
        for (int i = 0; i < one.Count; i++)
        {
            if (one[i] != other[i] || one.HasChild(i) != other.HasChild(i))
                return false;
            if (one.Child(i) is { } child && !Of(child, other.Child(i)!))
                return false;
        }

        return true;
    }
}
