namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// A set of 4K pages, kept as ranges that neither meet nor touch, so that a large allocation costs as much as one page.
/// Both ends of every range are addresses of pages; the last of the range itself is part of it.
/// </summary>
/// <param name="most">The number of ranges that are kept.</param>
/// <param name="what">What they are, for the error.</param>
internal sealed class PageRanges(int most, string what)
{
    private readonly record struct Range(ulong First, ulong Last);

    // By their ends, which are in the same order as their beginnings.
    private readonly SortedList<ulong, Range> _ranges = [];

    /// <summary>Whether the set has no page.</summary>
    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>Whether the page of an address is in the set.</summary>
    public bool Contains(ulong address)
    {
        ulong page = PageOf(address);
        int at = IndexFrom(page);
        return at < _ranges.Count && _ranges.Values[at].First <= page;
    }

    /// <summary>The pages of some bytes that are in the set, as ranges.</summary>
    public List<(ulong Address, ulong Size)> In(ulong address, ulong size)
    {
        var found = new List<(ulong, ulong)>();
        if (size == 0)
            return found;
        var (first, last) = PagesOf(address, size);
        for (int at = IndexFrom(first); at < _ranges.Count && _ranges.Values[at].First <= last; at++)
        {
            ulong from = Math.Max(first, _ranges.Values[at].First), to = Math.Min(last, _ranges.Values[at].Last);
            found.Add((from, to - from + LintedPage.Size));
        }

        return found;
    }

    /// <summary>Adds the pages of some bytes.</summary>
    /// <exception cref="LintLimitException">The set has more ranges than are kept.</exception>
    public void Add(ulong address, ulong size)
    {
        if (size == 0)
            return;
        var (first, last) = PagesOf(address, size);
        int at = IndexFrom(first < LintedPage.Size ? 0 : first - LintedPage.Size);
        // Ranges that meet or touch the new one become part of it.
        while (at < _ranges.Count
            && (_ranges.Values[at].First <= last || _ranges.Values[at].First - last == LintedPage.Size))
        {
            (first, last) = (Math.Min(first, _ranges.Values[at].First), Math.Max(last, _ranges.Values[at].Last));
            _ranges.RemoveAt(at);
        }

        Keep(new(first, last));
    }

    /// <summary>Removes the pages of some bytes.</summary>
    public void Remove(ulong address, ulong size)
    {
        if (size == 0 || IsEmpty)
            return;
        var (first, last) = PagesOf(address, size);
        int at = IndexFrom(first);
        while (at < _ranges.Count && _ranges.Values[at].First <= last)
        {
            var range = _ranges.Values[at];
            _ranges.RemoveAt(at);
            if (range.First < first)
            {
                Keep(new(range.First, first - LintedPage.Size));
                at++;
            }

            if (range.Last > last)
                Keep(new(last + LintedPage.Size, range.Last));
        }
    }

    private void Keep(Range range)
    {
        if (_ranges.Count == most)
            throw new LintLimitException($"{most} {what}");
        _ranges.Add(range.Last, range);
    }

    // The index of the first range that ends at a page or behind it.
    private int IndexFrom(ulong page)
    {
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _ranges.Keys[middle] < page ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static (ulong First, ulong Last) PagesOf(ulong address, ulong size)
    {
        ulong last = size - 1 > ulong.MaxValue - address ? ulong.MaxValue : address + (size - 1);
        return (PageOf(address), PageOf(last));
    }

    private static ulong PageOf(ulong address) => address & ~(LintedPage.Size - 1);
}
