namespace Orleans.Mmu.Traces.Lint;

/// <summary>What tables lead to, and tables that get another place while no CPU walks their trees.</summary>
internal sealed partial class LintedTrees
{
    /// <summary>
    /// A page is about to get another place. Answers whether it may have one now, and be judged when a CPU takes the
    /// tree up.
    /// </summary>
    public required Func<LintedPage, bool> Moves { get; init; }

    /// <summary>
    /// A page is about to get another place. Where no CPU can meet its trees, their pages leave them; true if so.
    /// </summary>
    public required Func<LintedPage, bool> Abandons { get; init; }

    /// <summary>The tables that a page leads to, each with the address of the descriptor.</summary>
    public static IEnumerable<(ulong Table, ulong Descriptor)> Below(LintedPage page)
    {
        for (int word = 0; page.Level < 3 && word < LintedPage.Words; word++)
        {
            if (page.TableOf(page[word]) is { } next)
                yield return (next, page.Address + (ulong)word * 8);
        }
    }

    // Only old values lead to the page, or to a table above it.
    private bool Move(LintedPage page)
    {
        if ((page.Parents.Count > 0 && !page.HasUncleanParent) || !Moves(page))
            return false;
        var below = Below(page).ToList();
        left(page);
        page.Forget();
        foreach (var (next, descriptor) in below)
            Unlink(next, descriptor, page.Geometry);
        return true;
    }
}
