using System.Diagnostics.CodeAnalysis;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>An old value that has left every TLB, and the list that refers to it, and becomes another one.</summary>
internal sealed partial class StaleValue
{
    /// <summary>The lists that refer to it beyond the present event, without the index.</summary>
    public int References { get; set; }

    /// <summary>
    /// Whether it may become another value once the present event is judged: no list refers to it. A table descriptor
    /// stays, since the tables below it may.
    /// </summary>
    public bool IsSpare => References == 0 && Table is null;

    // The set serves the next value too, unless it has grown.
    private const int MostReusedIds = 16;

    private HashSet<TlbiIssue>? _byId;

    /// <summary>A TLBI by ASID or VMID has named it.</summary>
    public void NameById(in TlbiIssue issue) => (_byId ??= []).Add(issue);

    /// <summary>No TLBI by ASID or VMID has named it.</summary>
    public void ForgetIds()
    {
        if (_byId?.Count > MostReusedIds)
            _byId = null;
        _byId?.Clear();
    }

    /// <summary>It becomes a value of which nothing has happened yet. Its generation goes on.</summary>
    [MemberNotNull(nameof(Page), nameof(Geometry), nameof(Roots))]
    public void Become(LintedPage page, int word, ulong value)
    {
        (Page, Word, Value, _others) = (page, word, value, null);
        (Regime, HasAsids, Geometry, Roots) = (page.Regime, page.HasAsids, page.Geometry, page.Roots);
        (Level, Input, Cover, Table) = (page.Level, page.InputOf(word), page.Cover, page.TableOf(value));
        (Writer, HandedTo, Order, OrderedAt, ReadableUntil) = (0, null, StoreOrder.None, 0, 0);
        (StoredAt, ReplacedAt, Waits, IsClean, IsKept) = (page.ReadableSince(word), default, false, false, false);
        (Position, PositionInDescriptor, PositionAmongOthers, References) = (0, 0, 0, 0);
        Forget();
    }

    /// <summary>Forgets what TLBIs have done to it.</summary>
    public void Forget()
    {
        (NamedBy, NearestTlbi, NearestMiss) = (null, null, default);
        (DroppedBy, Gone, NamedBelow, Waiting) = (null, null, null, null);
        ForgetIds();
    }
}
