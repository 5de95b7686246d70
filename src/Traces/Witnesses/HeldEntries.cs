using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>
/// Every entry that one CPU may hold, of those that the walks of a violation's addresses make. A TLB may keep an entry
/// until a TLBI removes it, whatever else it holds.
/// </summary>
internal sealed class HeldEntries
{
    private readonly Dictionary<HeldEntry, HeldSpan> _held;

    public HeldEntries() => _held = [];

    private HeldEntries(HeldEntries other)
    {
        _held = other._held.ToDictionary(h => h.Key, h => h.Value with { });
        _made = other._made;
    }

    // What walks make now.
    private Dictionary<HeldEntry, WalkReading> _made = [];

    /// <summary>The entries with their spans.</summary>
    public IReadOnlyDictionary<HeldEntry, HeldSpan> All => _held;

    /// <summary>How a walk makes an entry now; null where none does.</summary>
    public WalkReading? ReadingOf(in HeldEntry entry) => _made.TryGetValue(entry, out var reading) ? reading : null;

    /// <summary>The same entries, apart from these from now on.</summary>
    public HeldEntries Copy() => new(this);

    /// <summary>An event is about to change what walks make: what they have made until now is held.</summary>
    public void Settle(ulong happened, long line)
    {
        foreach (var entry in _made.Keys)
        {
            if (_held.TryGetValue(entry, out var span))
                (span.Last, span.LastLine) = (happened, line);
        }
    }

    /// <summary>What walks make from now on.</summary>
    /// <param name="byDsb">A DSB has changed what they make: they see stores, or TLBIs are complete.</param>
    /// <param name="tlbis">The number of TLBIs that were complete on the CPU.</param>
    public void Make(
        Dictionary<HeldEntry, WalkReading> made, IReadOnlyDictionary<HeldEntry, ulong?> mairs, bool byDsb,
        ulong happened, long line, int tlbis)
    {
        foreach (var entry in _made.Keys)
        {
            if (!made.ContainsKey(entry) && _held.TryGetValue(entry, out var ended))
                ended.EndsByDsb = byDsb;
        }

        _made = made;
        foreach (var (entry, reading) in made)
        {
            if (_held.TryGetValue(entry, out var span))
            {
                span.Order = ReadOrder.Common(span.Order, reading.Order);
            }
            else
            {
                _held[entry] = span = new()
                {
                    First = happened,
                    FirstLine = line,
                    Tlbis = tlbis,
                    Reading = reading,
                    Order = reading.Order,
                };
            }

            span.Members = UInt128.MaxValue;
            span.Early = null;
            (span.Last, span.LastLine) = (happened, line);
            span.Mair = mairs.GetValueOrDefault(entry);
        }
    }

    /// <summary>A TLBI is complete: what it names is gone, unless a walk may have made it since.</summary>
    /// <param name="tlbis">The number of TLBIs that are complete on the CPU, and before the DSB.</param>
    public void Remove(
        PerformedTlbi tlbi, CasemateRegime regime, ulong happened, long line, (int Now, int Before) tlbis)
    {
        foreach (var (entry, span) in _held.ToList())
        {
            if (tlbi.Left(entry, regime, span.Members) is not { } left)
                continue;
            if (_made.TryGetValue(entry, out var reading) && IsMadeBehind(tlbi, regime, reading))
            {
                (span.First, span.FirstLine, span.Tlbis, span.Reading, span.Order) =
                    (happened, line, tlbis.Now, reading, reading.Order);
                (span.BackFrom, span.TlbisBefore) = (tlbi, tlbis.Before);
            }
            else if (!_made.ContainsKey(entry) && MayComeFirst(tlbi, span))
                span.Early = tlbi;
            else if (left == 0)
                _held.Remove(entry);
            else
                span.Members = left;
        }
    }

    // A walk that begins at a cached entry makes nothing behind the TLBI that removes this entry too.
    private bool IsMadeBehind(PerformedTlbi tlbi, CasemateRegime regime, WalkReading reading)
    {
        if (reading.Through is not { } through)
            return true;
        var span = _held.GetValueOrDefault(through);
        return tlbi.Left(through, regime, span?.Members ?? UInt128.MaxValue) is not { } left || left != 0
            || (_made.TryGetValue(through, out var above) ? IsMadeBehind(tlbi, regime, above)
                : span is not null && MayComeFirst(tlbi, span));
    }

    // The TLBI may have taken effect before the last walk that made an entry.
    private static bool MayComeFirst(PerformedTlbi tlbi, HeldSpan span) =>
        span.EndsByDsb && span.LastLine > tlbi.After;

    /// <summary>The CPU writes VTTBR_EL2 for the first time: its VMID has counted from the beginning.</summary>
    public void GiveVmid(ushort vmid)
    {
        foreach (var (entry, span) in _held.ToList())
        {
            _held.Remove(entry);
            _held[entry with { Vmid = vmid }] = span;
        }
    }

    /// <summary>Whether an entry covers an address, members removed by TLBIs not counted.</summary>
    public bool Covers(in HeldEntry entry, VirtualAddress va) =>
        (entry.Entry with { Members = _held[entry].Members }).Covers(entry.Geometry, va);
}
