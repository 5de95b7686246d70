using System.Runtime.InteropServices;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The old values of descriptors that may still be cached. They are found by descriptor and by value, so that a write
/// costs the same however often the descriptor has changed, and by the addresses that they translate
/// (<see cref="StaleAddresses"/>).
/// </summary>
/// <param name="most">The number of old values that are kept at most.</param>
internal sealed class StaleIndex(long most)
{
    // What no change is judged by: permissions and software bits, the access flag, and the bits that a walk ignores or
    // passes on. Old values that differ in these alone are one.
    private static readonly ulong UnjudgedBits = LeafAttributes.PermissionBits | 1UL << 10 | 0x1fUL << 59;

    // More are left to the garbage collector.
    private const int MostSpare = 4096;

    private static readonly List<StaleValue> None = [];

    private readonly Dictionary<ulong, List<StaleValue>> _byDescriptor = [];
    private readonly Dictionary<Key, StaleValue> _byValue = [];
    private readonly Stack<List<StaleValue>> _spare = [];
    private readonly List<StaleValue> _removed = [];
    private readonly Stack<StaleValue> _spareValues = [];
    private readonly Dictionary<ulong, int> _ofRoot = [];
    private readonly StaleAddresses _addresses = new();
    private readonly KeptValues _kept = new();
    private long _count;

    /// <summary>The old values of a descriptor.</summary>
    public List<StaleValue> Of(LintedPage page, int word) =>
        page.Stale == 0 ? None : _byDescriptor.GetValueOrDefault(page.Address + (ulong)word * 8) ?? None;

    /// <summary>The old values of a descriptor without those that only CPUs which take the tree up may read.</summary>
    public List<StaleValue> NotKept(LintedPage page, int word)
    {
        var all = Of(page, word);
        return all.Count == 0 || _kept.IsEmpty ? all : _kept.Others(page.Address + (ulong)word * 8) ?? all;
    }

    /// <summary>The old value of a descriptor that leads to the table of a page; null for none.</summary>
    public StaleValue? LeadingTo(LintedPage page, LintedPage above, int word)
    {
        ulong table = page.Address & ~(page.Geometry.Granule.PageSize - 1);
        return above.Stale > 0 && _byValue.TryGetValue(new(above, word, table | 3), out var found)
            && found.Table == table ? found : null;
    }

    /// <summary>Whether any value is kept.</summary>
    public bool HasKept => !_kept.IsEmpty;

    /// <summary>Only CPUs that take the tree up later may read a value from now on.</summary>
    public void Keep(StaleValue value)
    {
        if (value.IsKept)
            return;
        _addresses.Remove(value);
        _kept.Add(value, _byDescriptor[value.Address]);
    }

    /// <summary>Other CPUs may read a value, or it is ordered for all.</summary>
    public void Release(StaleValue value)
    {
        if (!value.IsKept)
            return;
        _kept.Remove(value);
        _kept.AddOther(value);
        _addresses.Add(value);
    }

    /// <summary>The old values that translate as this one does, with this one added to them.</summary>
    /// <exception cref="LintLimitException">More old values may be cached than are kept.</exception>
    public StaleValue Add(LintedPage page, int word, ulong value)
    {
        ref var stale = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _byValue, new(page, word, TranslationOf(page, value)), out bool known);
        if (!known)
        {
            if (_spareValues.TryPop(out stale))
                stale.Become(page, word, value);
            else
                stale = new StaleValue(page, word, value);
            Link(stale);
        }
        else if (!stale!.Include(value))
        {
            return stale;
        }

        if (++_count > most)
            throw new LintLimitException($"{most} old values of descriptors that may still be cached");
        return stale;
    }

    /// <summary>No CPU has the value cached any more.</summary>
    public void Remove(StaleValue stale)
    {
        stale.IsClean = true;
        _count -= stale.Count;
        stale.Page.Stale--;
        _byValue.Remove(new(stale.Page, stale.Word, TranslationOf(stale)));
        if (_byDescriptor.TryGetValue(stale.Address, out var values))
        {
            var last = values[^1];
            values[stale.PositionInDescriptor] = last;
            last.PositionInDescriptor = stale.PositionInDescriptor;
            values.RemoveAt(values.Count - 1);
            if (values.Count == 0)
            {
                _byDescriptor.Remove(stale.Address);
                _spare.Push(values);
            }
        }

        foreach (ulong root in stale.Roots)
        {
            if (--CollectionsMarshal.GetValueRefOrNullRef(_ofRoot, root) == 0)
                _ofRoot.Remove(root);
        }

        if (stale.IsKept)
        {
            _kept.Remove(stale);
        }
        else
        {
            _kept.RemoveOther(stale);
            _addresses.Remove(stale);
        }

        _removed.Add(stale);
    }

    /// <summary>An event is judged, and what it has removed may become other values.</summary>
    public void Recycle()
    {
        if (_removed.Count == 0)
            return;
        foreach (var stale in _removed)
        {
            if (!stale.IsSpare || _spareValues.Count == MostSpare)
                continue;
            stale.Forget();
            _spareValues.Push(stale);
        }

        _removed.Clear();
    }

    /// <summary>
    /// Every value that may translate an address of a range in the regimes that a TLBI of a CPU reaches, and to which
    /// the TLBI may do something, and some more. The list is valid until the next call.
    /// </summary>
    public List<StaleValue> Near(int cpu, in LintedTlbi operation, ulong first, ulong length)
    {
        var near = _addresses.Near(operation, first, length);
        if (operation.Broadcast)
            _kept.AddNear(cpu, operation, first, length, near);
        return near;
    }

    /// <summary>The values of a tree, in a new list.</summary>
    public List<StaleValue> OfTree(ulong root) =>
        _ofRoot.ContainsKey(root) ? [.. _byValue.Values.Where(v => v.Roots.Contains(root))] : [];

    private void Link(StaleValue stale)
    {
        ref var values = ref CollectionsMarshal.GetValueRefOrAddDefault(_byDescriptor, stale.Address, out _);
        values ??= _spare.TryPop(out var spare) ? spare : [];
        stale.PositionInDescriptor = values.Count;
        values.Add(stale);
        stale.Page.Stale++;
        foreach (ulong root in stale.Roots)
            CollectionsMarshal.GetValueRefOrAddDefault(_ofRoot, root, out _)++;
        _addresses.Add(stale);
        _kept.AddOther(stale);
    }

    private readonly record struct Key(LintedPage Page, int Word, ulong Translation)
    {
        // The address says as much as the page, and costs less.
        public override int GetHashCode() => HashCode.Combine(Page.Address + (ulong)Word, Translation);
    }

    private static ulong TranslationOf(LintedPage page, ulong value) =>
        page.TableOf(value) is { } table ? table | 3 : value & ~UnjudgedBits;

    // The page may be a table elsewhere by now.
    private static ulong TranslationOf(StaleValue stale) =>
        stale.Table is { } table ? table | 3 : stale.Value & ~UnjudgedBits;
}
