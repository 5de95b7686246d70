using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The place of a table in a tree.</summary>
/// <param name="HasAsids">The tree has ASIDs.</param>
internal readonly record struct LintedPlace(
    ulong Root, CasemateRegime Regime, bool HasAsids, TranslationGeometry Geometry, int Level, ulong Input);

/// <summary>
/// The pages that are tables of each tree. A page has one place, so a table cannot point to itself; trees with ASIDs
/// may share a table at the same place of both.
/// </summary>
/// <param name="linked">Receives each page that becomes a table, or a table of one more tree.</param>
/// <param name="left">Receives each page that is about to leave its trees.</param>
internal sealed partial class LintedTrees(
    LintFindings found, LintedMemory memory, Action<LintedPage> linked, Action<LintedPage> left)
{
    // The roots of stage 2 that consist of several tables, with their bytes.
    private readonly Dictionary<ulong, ulong> _concatenated = [];

    /// <summary>Makes the pages of a table, and likewise of every table that it points to, part of a tree.</summary>
    /// <param name="parent">The address of the descriptor that leads here; a root's own address.</param>
    /// <param name="entries">The entries of a root; null for a table that is full.</param>
    public void Link(ulong address, ulong parent, in LintedPlace place, int? entries = null)
    {
        if (entries > place.Geometry.Granule.EntriesPerTable)
            _concatenated[address] = (ulong)entries * 8;
        foreach (var (page, input) in PagesFrom(address, place, entries))
        {
            if (memory.IsFreed(page.Address))
            {
                found.Report(
                    $"a {(entries is null ? "descriptor" : "register")} leads to a freed table: 0x{page.Address:x} "
                    + "(R_RVJDB)", place.Root);
                // It is said once.
                memory.Allocate(page.Address, LintedPage.Size);
            }

            LinkPage(page, parent, place with { Input = input });
        }
    }

    /// <summary>The pages of a table that memory knows; of a root, those of every table that it consists of.</summary>
    public IEnumerable<LintedPage> Known(ulong address, TranslationGeometry geometry)
    {
        ulong bytes = _concatenated.TryGetValue(address, out ulong all) ? all : geometry.Granule.PageSize;
        for (ulong at = 0; at < bytes; at += LintedPage.Size)
        {
            if (memory.Find(address + at) is { } page)
                yield return page;
        }
    }

    /// <summary>A descriptor no longer leads to a table, and no CPU can have it cached.</summary>
    public void Unlink(ulong address, ulong parent, TranslationGeometry geometry)
    {
        foreach (var page in Known(address, geometry))
        {
            if (!page.IsTable)
                continue;
            page.Parents.Remove(parent);
            page.StaleParents.Remove(parent);
            if (page.Parents.Count + page.StaleParents.Count > 0)
            {
                Mark(page, page.Parents.Count == 0);
                continue;
            }

            var below = Below(page).ToList();
            left(page);
            page.Forget();
            foreach (var (next, descriptor) in below)
                Unlink(next, descriptor, geometry);
        }

        if (address == parent)
            _concatenated.Remove(address);
    }

    /// <summary>A descriptor no longer leads to a table, and may still be cached.</summary>
    public void MakeStale(ulong address, ulong parent, TranslationGeometry geometry)
    {
        // A root has its own address as its parent, and not for a descriptor of it that leads to it.
        if (parent - address < geometry.Granule.PageSize)
            return;
        foreach (var page in Known(address, geometry))
        {
            if (!page.IsTable || !page.Parents.Remove(parent))
                continue;
            page.StaleParents.Add(parent);
            Mark(page, page.Parents.Count == 0);
        }
    }

    /// <summary>The first old value of an invalid descriptor in a table, or in one below it; null for none.</summary>
    /// <param name="table">The pages of the table.</param>
    /// <param name="cached">An old value of a descriptor that may be cached; null for none.</param>
    public StaleValue? FirstUnclean(IEnumerable<LintedPage> table, Func<LintedPage, int, StaleValue?> cached)
    {
        foreach (var page in table.Where(p => p.IsTable))
        {
            for (int word = 0; page.Stale > 0 && word < LintedPage.Words; word++)
            {
                if (!page.IsValid(page[word]) && cached(page, word) is { } found)
                    return found;
            }

            foreach (var (below, descriptor) in Below(page))
            {
                var linked = Known(below, page.Geometry).Where(p => page.Links(descriptor, p));
                if (FirstUnclean(linked, cached) is { } found)
                    return found;
            }
        }

        return null;
    }

    private IEnumerable<(LintedPage Page, ulong Input)> PagesFrom(ulong address, LintedPlace place, int? entries)
    {
        ulong cover = place.Geometry.Size(Level.Of(place.Level));
        ulong bytes = (ulong)(entries ?? place.Geometry.Granule.EntriesPerTable) * 8;
        // A root of few entries may begin inside a page.
        ulong first = address & ~(LintedPage.Size - 1);
        for (ulong at = first; at < address + bytes; at += LintedPage.Size)
            yield return (memory.Get(at), place.Input + (at - address) / 8 * cover);
    }

    private void LinkPage(LintedPage page, ulong parent, in LintedPlace place)
    {
        bool again = page.IsTable;
        if (again)
        {
            bool samePlace = page.Regime == place.Regime && page.Geometry == place.Geometry
                && page.Level == place.Level && page.Input == place.Input;
            bool shared = page.Parents.Contains(parent) || (place.HasAsids && page.Parents.Count > 0);
            bool isUsed = !samePlace || !(shared || page.StaleParents.Contains(parent));
            bool isOwn = page.Roots.Contains(place.Root);
            if (isUsed && Abandons(page))
            {
                // The tree that leads here may be the one that no CPU can meet.
                if (isOwn)
                    return;
                again = page.IsTable;
            }
            else if (isUsed && Move(page))
            {
                again = false;
            }

            if (isUsed && again)
            {
                found.Report(
                    $"double-use pte: 0x{page.Address:x} is a table of the tree at 0x{page.RootAddress:x} already");
                return;
            }
        }

        (page.IsTable, page.WasTable) = (true, true);
        (page.Regime, page.HasAsids) = (place.Regime, place.HasAsids);
        (page.Geometry, page.Level, page.Input) = (place.Geometry, place.Level, place.Input);
        page.Parents.Add(parent);
        if (again && page.HasUncleanParent)
            Mark(page, false);
        if (again && page.Roots.Contains(place.Root))
            return;
        page.Roots = [.. page.Roots, place.Root];
        for (int word = 0; place.Level < 3 && word < LintedPage.Words; word++)
        {
            if (page.TableOf(page[word]) is { } next)
            {
                Link(next, page.Address + (ulong)word * 8, place with
                {
                    Level = place.Level + 1,
                    Input = page.InputOf(word),
                });
            }
        }

        if (page.IsTable)
            linked(page);
    }

    private void Mark(LintedPage page, bool unclean)
    {
        if (!page.IsTable || page.HasUncleanParent == unclean)
            return;
        page.HasUncleanParent = unclean;
        foreach (var (next, descriptor) in Below(page))
        {
            // A table that another live descriptor leads to stays a live one.
            foreach (var below in Known(next, page.Geometry))
            {
                if (!unclean || below.Parents.All(p => p == descriptor))
                    Mark(below, unclean);
            }
        }
    }
}
