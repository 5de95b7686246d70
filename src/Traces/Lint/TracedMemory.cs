namespace Orleans.Mmu.Traces.Lint;

/// <summary>The pages that a trace writes. Memory that the trace has not written reads as zero.</summary>
/// <param name="maxPages">The number of pages that a trace may write.</param>
internal sealed class TracedMemory(int maxPages)
{
    private readonly Dictionary<ulong, TracedPage> _pages = [];
    private TracedPage? _last;

    /// <summary>The page at an address, or null if nothing was ever written there.</summary>
    public TracedPage? Find(ulong address)
    {
        ulong page = address & ~(TracedPage.Size - 1);
        if (_last?.Address == page)
            return _last;
        if (_pages.TryGetValue(page, out var found))
            _last = found;
        return found;
    }

    /// <summary>The page at an address, added if it is new.</summary>
    /// <exception cref="TracedMemoryException">The trace writes more pages than are kept.</exception>
    public TracedPage Get(ulong address)
    {
        if (Find(address) is { } found)
            return found;
        if (_pages.Count == maxPages)
            throw new TracedMemoryException();
        var page = new TracedPage(address & ~(TracedPage.Size - 1));
        _pages.Add(page.Address, page);
        return _last = page;
    }

    /// <summary>The known pages of a range.</summary>
    public List<TracedPage> In(ulong address, ulong size)
    {
        ulong first = address & ~(TracedPage.Size - 1);
        ulong length = size + (address - first);
        if (length / TracedPage.Size > (ulong)_pages.Count)
            return [.. _pages.Values.Where(p => p.Address - first < length)];
        var pages = new List<TracedPage>();
        for (ulong at = 0; at < length; at += TracedPage.Size)
        {
            if (Find(first + at) is { } page)
                pages.Add(page);
        }

        return pages;
    }

    /// <summary>Forgets a page that the kernel has freed.</summary>
    public void Forget(TracedPage page)
    {
        _pages.Remove(page.Address);
        _last = null;
    }
}

/// <summary>A trace touches more pages than are kept.</summary>
internal sealed class TracedMemoryException : Exception;
