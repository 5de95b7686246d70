using System.Runtime.InteropServices;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Tables that a store has unlinked from a tree that no CPU holds. Their pages are memory like any other from then on.
/// Until a DSB follows that store, a walk of a CPU that takes the tree up may still reach them through the old value of
/// the descriptor, and read there what they hold by then, or held before (R_SPVBD).
/// </summary>
/// <param name="most">The number of tables that are kept at most.</param>
internal sealed class UnlinkedTables(long most)
{
    private const int LeastSweep = 1024;

    private readonly Dictionary<LintedPage, List<UnlinkedTable>> _ofPage = [];
    private readonly Dictionary<StaleValue, List<UnlinkedTable>> _ofLink = [];
    private long _count;
    private long _nextSweep = LeastSweep;

    /// <summary>Whether a walk may still read an old value in memory: no DSB for every CPU has followed.</summary>
    public static bool IsReadable(StaleValue link) => !link.IsClean && link.Order != StoreOrder.All;

    /// <summary>A descriptor that leads to a table, or to one above it, is replaced.</summary>
    /// <param name="link">Its old value.</param>
    /// <param name="page">The table, which still has its place.</param>
    /// <exception cref="LintLimitException">More tables are unlinked than are kept.</exception>
    public void Add(StaleValue link, LintedPage page) => Add(new(link, page, page.Level, page.Input));

    /// <summary>The tables that an old value leads to, and those below them.</summary>
    public IReadOnlyList<UnlinkedTable> Of(StaleValue link) => _ofLink.GetValueOrDefault(link) ?? [];

    /// <summary>Whether a walk may still reach a page through an old value.</summary>
    public bool IsReachable(LintedPage page) =>
        _ofPage.TryGetValue(page, out var places) && places.Exists(t => IsReadable(t.Link));

    /// <summary>The old value by which a walk may still reach a page where it is a table; null for none.</summary>
    public StaleValue? LinkTo(LintedPage page) => _ofPage.TryGetValue(page, out var places)
        ? places.Find(t => IsReadable(t.Link) && t.HasPlace && page.Roots.Intersect(t.Link.Roots).Any())?.Link : null;

    /// <summary>An event writes a word of a page that is no table.</summary>
    public void Write(LintedPage page, ulong old, ulong value, LintedEvent at)
    {
        if (_count == 0 || ((old | value) & 1) == 0 || old == value || !_ofPage.TryGetValue(page, out var places))
            return;
        foreach (var table in places)
        {
            if (IsReadable(table.Link))
                (table.ChangedAt, table.OrderedFor) = (at, null);
        }
    }

    /// <summary>A table leaves its tree after a store to it that no DSB has ordered for every CPU.</summary>
    /// <param name="old">What the store has replaced.</param>
    /// <param name="contradicts">The old word and the new one contradict one another.</param>
    public void Leave(StaleValue old, bool contradicts)
    {
        foreach (var table in (_ofPage.GetValueOrDefault(old.Page) ?? []).ToList())
        {
            if (contradicts)
            {
                bool isSame = table.ChangedAt is null || table.OrderedFor == old.Writer;
                table.OrderedFor = isSame && old.Order == StoreOrder.Own ? old.Writer : null;
                table.ChangedAt = old.ReplacedAt;
            }

            // A walk that reaches this page may go on through the old word.
            foreach (var below in Of(old).ToList())
            {
                Add(new(table.Link, below.Page, below.Level, below.Input)
                {
                    ChangedAt = below.ChangedAt,
                    OrderedFor = below.OrderedFor,
                });
            }
        }
    }

    /// <summary>An event frees a page that is no table: a walk that still reaches it finds other memory.</summary>
    public void Free(LintedPage page, LintedEvent at)
    {
        if (!_ofPage.TryGetValue(page, out var places))
            return;
        foreach (var table in places.ToList())
        {
            if (IsReadable(table.Link))
            {
                table.FreedAt = at;
                continue;
            }

            _ofLink[table.Link].Remove(table);
            places.Remove(table);
            _count--;
        }

        if (places.Count == 0)
            _ofPage.Remove(page);
    }

    /// <summary>No walk reads an old value any more, and another store replaces the word.</summary>
    public void Forget(StaleValue link)
    {
        if (!_ofLink.Remove(link, out var tables))
            return;
        _count -= tables.Count;
        foreach (var table in tables)
        {
            var places = _ofPage[table.Page];
            places.Remove(table);
            if (places.Count == 0)
                _ofPage.Remove(table.Page);
        }
    }

    private void Add(UnlinkedTable table)
    {
        ref var tables = ref CollectionsMarshal.GetValueRefOrAddDefault(_ofLink, table.Link, out _);
        ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_ofPage, table.Page, out _);
        tables ??= [];
        places ??= [];
        if (places.Find(t => t.Link == table.Link) is { } known)
        {
            known.Become(table);
            return;
        }

        tables.Add(table);
        places.Add(table);
        if (++_count >= _nextSweep)
            Sweep();
    }

    // Old values that every walk knows to be gone lead nowhere.
    private void Sweep()
    {
        foreach (var link in _ofLink.Keys.Where(link => !IsReadable(link)).ToList())
            Forget(link);
        if (_count > most)
            throw new LintLimitException($"{most} unlinked tables that a walk may still reach");
        _nextSweep = Math.Max(LeastSweep, 2 * _count);
    }
}

/// <summary>A table that a store has unlinked, at the place where a walk may still find it.</summary>
/// <param name="link">The old value that leads to the table, or to one above it.</param>
/// <param name="level">The level of its descriptors there.</param>
/// <param name="input">The first input address that it translates there.</param>
internal sealed class UnlinkedTable(StaleValue link, LintedPage page, int level, ulong input)
{
    public StaleValue Link { get; } = link;

    public LintedPage Page { get; } = page;

    public int Level { get; private set; } = level;

    public ulong Input { get; private set; } = input;

    /// <summary>The event that has changed the table last; null where a walk reads what it has read before.</summary>
    public LintedEvent? ChangedAt { get; set; }

    /// <summary>The event that has freed the page; null for none.</summary>
    public LintedEvent? FreedAt { get; set; }

    /// <summary>The CPU whose walks do not read what the change has replaced; null for none.</summary>
    public int? OrderedFor { get; set; }

    /// <summary>The value leads to the page once more.</summary>
    public void Become(UnlinkedTable other) =>
        (Level, Input, ChangedAt, OrderedFor) = (other.Level, other.Input, other.ChangedAt, other.OrderedFor);

    /// <summary>Whether the page is a table at this place.</summary>
    public bool HasPlace => Page.IsTable && Page.Level == Level && Page.Input == Input;
}
