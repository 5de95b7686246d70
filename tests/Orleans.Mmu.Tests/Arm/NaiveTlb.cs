using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>
/// A TLB as a plain list, oldest use first. Entries are told apart by their source, which is different for each.
/// </summary>
internal sealed class NaiveTlb(TranslationGeometry geometry, TlbGeometry shape)
{
    private readonly List<Cached> _entries = [];

    /// <summary>An entry and the starts of the leaves that it still covers.</summary>
    private sealed record Cached(TlbEntry Entry, HashSet<ulong> Members)
    {
        public ulong Size => 1UL << Entry.Shift;
    }

    public IEnumerable<int> Sources => _entries.Select(c => c.Entry.Source);

    /// <param name="present">What the other TLB holds afterwards: where two entries could be replaced, it has
    /// chosen.</param>
    public void Insert(TlbEntry entry, IReadOnlyCollection<int> present)
    {
        var same = _entries.Where(
            c => c.Entry.Start == entry.Start && c.Entry.Shift == entry.Shift && c.Entry.IsTable == entry.IsTable
            && (c.Entry.Asid == entry.Asid || (c.Entry.IsGlobal && entry.IsGlobal))).ToList();
        // The same translation again changes nothing but its age.
        int leaves = 1 << (entry.Shift - geometry.Shift(entry.Level));
        var known = same.FirstOrDefault(
            c => c.Entry with { Source = entry.Source, Members = entry.Members } == entry && c.Members.Count == leaves);
        if (known is not null)
        {
            Touch(known.Entry.Source);
            return;
        }

        if (same.Count > 0)
            _entries.Remove(same.Count == 1 ? same[0] : same.First(c => !present.Contains(c.Entry.Source)));
        else if (_entries.Count(c => Set(c.Entry) == Set(entry)) == shape.Ways)
            _entries.Remove(_entries.First(c => Set(c.Entry) == Set(entry)));
        ulong leaf = geometry.Size(entry.Level);
        var members = new HashSet<ulong>();
        for (ulong at = entry.Start.Value; at - entry.Start.Value < 1UL << entry.Shift; at += leaf)
            members.Add(at);
        _entries.Add(new(entry, members));
    }

    /// <summary>The sources that may answer: the smallest that cover the address.</summary>
    public IReadOnlyList<int> Lookup(VirtualAddress va, ushort asid)
    {
        var covering = _entries.Where(c => !c.Entry.IsTable && (c.Entry.IsGlobal || c.Entry.Asid == asid)
            && c.Members.Contains(va.AlignDown(geometry.Size(c.Entry.Level)).Value)).ToList();
        return [.. covering.Where(c => c.Entry.Shift == covering.Min(o => o.Entry.Shift)).Select(c => c.Entry.Source)];
    }

    /// <summary>An entry has answered: it is the youngest now.</summary>
    public void Touch(int source)
    {
        var cached = _entries.Single(c => c.Entry.Source == source);
        _entries.Remove(cached);
        _entries.Add(cached);
    }

    public int Invalidate(TlbiOperation operation)
    {
        int affected = 0;
        foreach (var cached in _entries.ToList())
        {
            var entry = cached.Entry;
            bool matches = operation.Scope switch
            {
                TlbiScope.All => true,
                TlbiScope.Asid => !entry.IsGlobal && entry.Asid == operation.Asid,
                TlbiScope.Va => entry.IsGlobal || entry.Asid == operation.Asid,
                TlbiScope.VaAllAsids => true,
                TlbiScope.VaLastLevel => !entry.IsTable && (entry.IsGlobal || entry.Asid == operation.Asid),
                _ => !entry.IsTable,
            };
            if (!matches)
                continue;
            int lost = operation.ByAddress
                ? cached.Members.RemoveWhere(m => Named(operation, m, geometry.Size(entry.Level))) : 1;
            affected += lost > 0 ? 1 : 0;
            if (!operation.ByAddress || cached.Members.Count == 0)
                _entries.Remove(cached);
        }

        return affected;
    }

    // Page by page, as slowly and plainly as it can be said.
    private bool Named(TlbiOperation operation, ulong start, ulong size)
    {
        ulong page = geometry.Granule.PageSize;
        ulong first = operation.Address.AlignDown(page).Value;
        for (ulong at = first; at == first || at - first < operation.Length; at += page)
        {
            if (at - start < size)
                return true;
        }

        return false;
    }

    private ulong Set(TlbEntry entry) => (entry.Start.Value >> entry.Shift) % (ulong)shape.Sets;
}
