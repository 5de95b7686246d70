namespace Orleans.Mmu.Traces.Lint;

/// <summary>The pages that a trace writes. Memory that the trace has not written reads as zero.</summary>
/// <param name="maxPages">The number of pages that a trace may write.</param>
internal sealed class LintedMemory(int maxPages)
{
    private readonly Dictionary<ulong, LintedPage> _pages = [];

    // What mem-init has given to the tables, and what has been given back since, or was a table when it was.
    private readonly PageRanges _allocated = new(maxPages, "ranges of memory that mem-init gives");
    private readonly PageRanges _freed = new(maxPages, "ranges of memory that mem-free takes");
    private LintedPage? _last;

    /// <summary>The page at an address, or null if nothing was ever written there.</summary>
    public LintedPage? Find(ulong address)
    {
        ulong page = address & ~(LintedPage.Size - 1);
        if (_last?.Address == page)
            return _last;
        if (_pages.TryGetValue(page, out var found))
            _last = found;
        return found;
    }

    /// <summary>The page at an address, added if it is new.</summary>
    /// <exception cref="LintLimitException">The trace writes more pages than are kept.</exception>
    public LintedPage Get(ulong address)
    {
        if (Find(address) is { } found)
            return found;
        if (_pages.Count == maxPages)
            throw new LintLimitException($"{maxPages} pages that the trace writes");
        var page = new LintedPage(address & ~(LintedPage.Size - 1));
        _pages.Add(page.Address, page);
        return _last = page;
    }

    /// <summary>
    /// The output address of an input address of EL1 by any table that has a leaf for it; null for none.
    /// </summary>
    public ulong? OutputOf(ulong input)
    {
        foreach (var page in _pages.Values)
        {
            if (!page.IsTable || page.Regime != CasemateRegime.El1)
                continue;
            ulong offset = ((input & InputAddress.Mask) - page.Input) & InputAddress.Mask;
            if (offset / page.Cover >= LintedPage.Words)
                continue;
            ulong leaf = page[(int)(offset / page.Cover)];
            if (page.IsValid(leaf) && page.TableOf(leaf) is null)
                return page.OutputOf(leaf) + offset % page.Cover;
        }

        return null;
    }

    /// <summary>The pages that are tables.</summary>
    public IEnumerable<LintedPage> Tables => _pages.Values.Where(p => p.IsTable);

    /// <summary>The known pages of a range.</summary>
    public List<LintedPage> In(ulong address, ulong size)
    {
        ulong first = address & ~(LintedPage.Size - 1);
        // A size at the end of what 64 bits hold covers everything.
        ulong length = size > ulong.MaxValue - (address - first) ? ulong.MaxValue : size + (address - first);
        if (length / LintedPage.Size > (ulong)_pages.Count)
            return [.. _pages.Values.Where(p => p.Address - first < length)];
        var pages = new List<LintedPage>();
        for (ulong at = 0; at < length; at += LintedPage.Size)
        {
            if (Find(first + at) is { } page)
                pages.Add(page);
        }

        return pages;
    }

    /// <summary>
    /// Whether a page was a table, or was given by mem-init, when it was freed, and has not been allocated since.
    /// </summary>
    public bool IsFreed(ulong address) => !_freed.IsEmpty && _freed.Contains(address);

    /// <summary>The first page of a range that <see cref="IsFreed"/>; null for none.</summary>
    public ulong? FirstFreed(ulong address, ulong size) =>
        _freed.In(address, size) is [var (first, _), ..] ? first : null;

    /// <summary>The kernel allocates a range.</summary>
    public void Allocate(ulong address, ulong size)
    {
        _freed.Remove(address, size);
        _allocated.Add(address, size);
    }

    /// <summary>The kernel frees a range, whose pages that are no tables are forgotten.</summary>
    public void Free(ulong address, ulong size)
    {
        foreach (var (first, bytes) in _allocated.In(address, size))
            _freed.Add(first, bytes);
        _allocated.Remove(address, size);
    }

    /// <summary>Forgets a page that the kernel has freed.</summary>
    public void Forget(LintedPage page)
    {
        _pages.Remove(page.Address);
        if (page.WasTable)
            _freed.Add(page.Address, LintedPage.Size);
        _last = null;
    }
}

/// <summary>A trace needs more memory than is kept for it.</summary>
/// <param name="most">What is kept at most: a number, and of what.</param>
internal sealed class LintLimitException(string most) : Exception($"expected at most {most}, found more");
