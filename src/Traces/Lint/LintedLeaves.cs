using System.Numerics;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// What the leaves of each tree have been: global, and of which memory types, so that a question about some of them
/// need not read every table.
/// </summary>
internal sealed class LintedLeaves
{
    /// <summary>The number of memory types that AttrIndx selects.</summary>
    public const int MemoryTypes = 8;

    private const ulong NotGlobal = 1UL << 11;
    private const int AttrIndexShift = 2;

    private readonly HashSet<ulong> _global = [];
    private readonly Dictionary<(ulong Root, int Type), HashSet<LintedPage>> _pages = [];

    /// <summary>The memory type that a leaf selects: its AttrIndx.</summary>
    public static int TypeOf(ulong leaf) => (int)(leaf >> AttrIndexShift) & (MemoryTypes - 1);

    /// <summary>A leaf that selects a memory type.</summary>
    public static ulong OfType(int type) => (ulong)type << AttrIndexShift;

    /// <summary>Whether a leaf is an entry of every ASID.</summary>
    public static bool IsGlobal(ulong leaf) => (leaf & NotGlobal) == 0;

    /// <summary>Whether a tree has had global leaves, which are the entries of every ASID.</summary>
    public bool HasGlobal(ulong root) => _global.Contains(root);

    /// <summary>A descriptor of a table becomes a leaf.</summary>
    public void Add(LintedPage page, ulong leaf)
    {
        if (!page.HasGlobal && IsGlobal(leaf))
        {
            page.HasGlobal = true;
            _global.UnionWith(page.Roots);
        }

        int type = TypeOf(leaf);
        if ((page.Types >> type & 1) != 0)
            return;
        page.Types |= (byte)(1 << type);
        foreach (ulong root in page.Roots)
            PagesOf(root, type).Add(page);
    }

    /// <summary>A page becomes a table, or a table of one more tree.</summary>
    public void Link(LintedPage page)
    {
        for (int word = 0; word < LintedPage.Words; word++)
        {
            ulong entry = page[word];
            if (page.IsValid(entry) && page.TableOf(entry) is null)
                Add(page, entry);
        }

        if (page.HasGlobal)
            _global.UnionWith(page.Roots);
        foreach (ulong root in page.Roots)
        {
            for (int types = page.Types; types != 0; types &= types - 1)
                PagesOf(root, BitOperations.TrailingZeroCount(types)).Add(page);
        }
    }

    /// <summary>A page is about to leave its trees.</summary>
    public void Leave(LintedPage page)
    {
        foreach (ulong root in page.Roots)
        {
            for (int types = page.Types; types != 0; types &= types - 1)
                PagesOf(root, BitOperations.TrailingZeroCount(types)).Remove(page);
        }
    }

    /// <summary>The kernel frees a tree.</summary>
    public void Release(ulong root) => _global.Remove(root);

    /// <summary>The tables of a tree that have had a leaf of one of some memory types.</summary>
    /// <param name="types">Bit n for type n.</param>
    public List<LintedPage> Having(ulong root, int types)
    {
        var found = new List<LintedPage>();
        for (; types != 0; types &= types - 1)
        {
            if (_pages.TryGetValue((root, BitOperations.TrailingZeroCount(types)), out var pages))
                found.AddRange(pages);
        }

        return found;
    }

    /// <summary>A table turns out to have no leaf of some memory types any more.</summary>
    /// <param name="types">Bit n for type n.</param>
    public void Forget(LintedPage page, int types)
    {
        types &= page.Types;
        page.Types &= (byte)~types;
        for (; types != 0; types &= types - 1)
        {
            foreach (ulong root in page.Roots)
                PagesOf(root, BitOperations.TrailingZeroCount(types)).Remove(page);
        }
    }

    private HashSet<LintedPage> PagesOf(ulong root, int type)
    {
        if (!_pages.TryGetValue((root, type), out var pages))
            _pages[(root, type)] = pages = [];
        return pages;
    }
}
