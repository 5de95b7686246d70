using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The input addresses whose translation a violation concerns.</summary>
/// <param name="Input">The first of them.</param>
/// <param name="Step">The bytes from one of them to the next.</param>
/// <param name="Count">Their number: 1, or the members of a contiguous group.</param>
/// <param name="Page">
/// The page that a CPU may still walk although it is given back or overwritten; null for none.
/// </param>
internal readonly record struct LintSpot(
    CasemateRegime Regime, ulong Input, ulong Step = 0, int Count = 1, ulong? Page = null)
{
    /// <summary>What a descriptor translates.</summary>
    public static LintSpot Of(LintedPage page, int word) => new(page.Regime, page.InputOf(word));

    /// <summary>
    /// What a descriptor translates by an old value and a new one; with the Contiguous bit in either, what its group
    /// translates, since a walk of any member may cache the whole group.
    /// </summary>
    public static LintSpot OfChange(LintedPage page, int word, ulong old, ulong value) =>
        ((old | value) & LintedGroups.ContiguousBit) != 0 ? OfGroup(page, word) : Of(page, word);

    /// <summary>The same some bytes behind the first address.</summary>
    public LintSpot At(ulong offset) => this with { Input = (Input + offset) & InputAddress.Mask };

    /// <summary>What the members of a descriptor's contiguous group translate.</summary>
    public static LintSpot OfGroup(LintedPage page, int word) => new(
        page.Regime, page.InputOf(word & -page.GroupSize), page.Cover, page.GroupSize);

    /// <summary>What an old value of a descriptor has translated.</summary>
    public static LintSpot Of(StaleValue old)
    {
        int size = old.Geometry.Granule.ContiguousEntries(Level.Of(old.Level));
        bool isGroup = old.Table is null && (old.Value & LintedGroups.ContiguousBit) != 0 && size > 1;
        return isGroup ? new(old.Regime, old.Input & ~(old.Cover * (ulong)size - 1), old.Cover, size)
            : new(old.Regime, old.Input);
    }

    /// <summary>A page through which a CPU may still walk.</summary>
    public static LintSpot OfPage(LintedPage page) => new(page.Regime, page.Input, Page: page.Address);
}
