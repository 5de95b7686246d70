using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>How far a store of a descriptor is ordered before the TLBIs that follow it.</summary>
internal enum StoreOrder : byte
{
    /// <summary>No DSB of the writer has followed, so a walk may still read the old value from memory.</summary>
    None,

    /// <summary>A DSB for the writer alone (NSH) has followed: its own walks read the new value.</summary>
    Own,

    /// <summary>A DSB for the Inner Shareable domain has followed: every walk reads the new value.</summary>
    All,
}

/// <summary>TLBIs whose effects add up: those of one CPU that reach the same CPUs and the same IDs.</summary>
/// <param name="Vmid">Null for operations on every VMID.</param>
/// <param name="Asid">Null for operations on every ASID.</param>
internal readonly record struct TlbiIssue(int Cpu, bool Broadcast, ushort? Vmid, ushort? Asid);

/// <summary>
/// An old value of a table descriptor that one CPU or every CPU has dropped, while old values below the table may still
/// be cached.
/// </summary>
/// <param name="Generation">That of <paramref name="Table"/> when it was dropped.</param>
/// <param name="Cpu">The CPU that has dropped it; null for every CPU.</param>
internal readonly record struct StaleWait(StaleValue Table, int Generation, int? Cpu);

/// <summary>
/// A value that a descriptor held before, and that a CPU may still have cached (R_DDMVT). It stands for every such
/// value of the descriptor that translates alike. Once no CPU has it cached, it may become another one
/// (<see cref="Become"/>), so that a store costs no allocation.
/// </summary>
internal sealed partial class StaleValue
{
    private HashSet<ulong>? _others;

    public StaleValue(LintedPage page, int word, ulong value) => Become(page, word, value);

    public LintedPage Page { get; private set; }

    public int Word { get; private set; }

    /// <summary>The first of the values that it stands for.</summary>
    public ulong Value { get; private set; }

    /// <summary>The number of values that it stands for.</summary>
    public int Count => _others is { } others ? others.Count : 1;

    /// <summary>Makes it stand for one more value; false if it does already.</summary>
    public bool Include(ulong other)
    {
        StoredAt = Math.Min(StoredAt, Page.ReadableSince(Word));
        if (_others is null && other == Value)
            return false;
        return (_others ??= [Value]).Add(other);
    }

    /// <summary>The CPU that replaced it.</summary>
    public int Writer { get; set; }

    /// <summary>The CPU that took a lock from the writer since; null for none.</summary>
    public int? HandedTo { get; set; }

    public StoreOrder Order { get; set; }

    /// <summary>Whether a walk of a CPU that begins now may read it from memory (R_TGRMW).</summary>
    public bool IsReadableBy(int cpu) => Order == StoreOrder.None || (Order == StoreOrder.Own && Writer != cpu);

    /// <summary>The number of the event that ordered the store.</summary>
    public long OrderedAt { get; set; }

    /// <summary>The number of the event until which walks of every CPU may read it from memory.</summary>
    public long ReadableUntil { get; set; }

    /// <summary>The store that replaced it last.</summary>
    public LintedEvent ReplacedAt { get; set; }

    /// <summary>The last TLBI that named it; null for none.</summary>
    public IssuedTlbi? NamedBy { get; set => field = IssuedTlbi.Exchange(field, value); }

    /// <summary>The TLBI since then that came nearest to naming it; null for none.</summary>
    public IssuedTlbi? NearestTlbi { get; set => field = IssuedTlbi.Exchange(field, value); }

    /// <summary>Why <see cref="NearestTlbi"/> does not name it.</summary>
    public TlbiMiss NearestMiss { get; set; }

    /// <summary>Tells the newest replacement of the value from older ones.</summary>
    public int Generation { get; set; }

    /// <summary>It waits for a DSB of its writer.</summary>
    public bool Waits { get; set; }

    /// <summary>No CPU has it cached any more.</summary>
    public bool IsClean { get; set; }

    /// <summary>Only CPUs that take the tree up later may read it (<see cref="KeptValues"/>).</summary>
    public bool IsKept { get; set; }

    /// <summary>The CPUs that have dropped it by a TLBI of their own; null for none.</summary>
    public HashSet<int>? DroppedBy { get; set; }

    /// <summary>The TLBIs by ASID or VMID that named it; null for none.</summary>
    public HashSet<TlbiIssue>? ById => _byId is { Count: > 0 } ? _byId : null;

    /// <summary>
    /// The entries that complete TLBIs have removed from a CPU, where they left others of the value; null for none.
    /// </summary>
    public HashSet<EntryIds>? Gone { get; set; }

    /// <summary>Whether TLBIs have removed the entries of a CPU that have these IDs.</summary>
    public bool IsGone(EntryIds ids) => DroppedBy?.Contains(ids.Cpu) == true || (Gone is { } gone
        && (gone.Contains(ids) || gone.Contains(ids with { Asid = null }) || gone.Contains(ids with { Vmid = null })
            || gone.Contains(new(ids.Cpu, null, null))));

    /// <summary>
    /// For a table: the addresses of the descriptors below it that TLBIs have named since, by those TLBIs; null for
    /// none.
    /// </summary>
    public Dictionary<TlbiIssue, HashSet<ulong>>? NamedBelow { get; set; }

    /// <summary>Old values of the tables above that wait for this one; null for none.</summary>
    public List<StaleWait>? Waiting { get; set; }

    /// <summary>Its place in the index of values by address.</summary>
    public int Position { get; set; }

    /// <summary>Its place among the old values of its descriptor.</summary>
    public int PositionInDescriptor { get; set; }

    /// <summary>Its place among those that are not kept.</summary>
    public int PositionAmongOthers { get; set; }

    // The page may become a table elsewhere before the value is clean, so what the value translated is kept here.

    public CasemateRegime Regime { get; private set; }

    public bool HasAsids { get; private set; }

    public TranslationGeometry Geometry { get; private set; }

    /// <summary>
    /// The number of the event since which walks may have read the first of its values: that which stored it, or that
    /// which made the page a table.
    /// </summary>
    public long StoredAt { get; private set; }

    /// <summary>The level of the descriptor.</summary>
    public int Level { get; private set; }

    /// <summary>The first input address of the descriptor.</summary>
    public ulong Input { get; private set; }

    /// <summary>Bytes of input addresses that it covers.</summary>
    public ulong Cover { get; private set; }

    /// <summary>The roots of the trees that it was in.</summary>
    public ulong[] Roots { get; private set; }

    /// <summary>The table that it leads to; null for a leaf.</summary>
    public ulong? Table { get; private set; }

    /// <summary>The address of the descriptor.</summary>
    public ulong Address => Page.Address + (ulong)Word * 8;
}
