using System.Runtime.InteropServices;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The old values of descriptors that may still be cached: by descriptor, and by the address that they translate, so
/// that a TLBI by address costs what it names and not what the trace has changed.
/// </summary>
internal sealed class StaleIndex(LintedControls controls)
{
    // Pages lie in 64K of input addresses, the largest granule; what is larger is in a list of its own.
    private const int ChunkShift = 16;

    private static readonly List<StaleValue> None = [];

    private readonly Dictionary<ulong, List<StaleValue>> _byDescriptor = [];
    private readonly Dictionary<(CasemateRegime, ulong Chunk), List<StaleValue>> _pages = [];
    private readonly List<StaleValue> _others = [];
    private readonly List<StaleValue> _found = [];

    /// <summary>The old values of a descriptor.</summary>
    public List<StaleValue> Of(LintedPage page, int word) =>
        page.Stale == 0 ? None : _byDescriptor.GetValueOrDefault(page.Address + (ulong)word * 8) ?? None;

    /// <summary>The old value of a descriptor, added if it is new.</summary>
    public StaleValue Add(LintedPage page, int word, ulong value)
    {
        ref var values = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _byDescriptor, page.Address + (ulong)word * 8, out _);
        values ??= [];
        ulong? mair = controls.MairOf(page.Regime);
        foreach (var known in values)
        {
            if (known.Value == value && known.Page == page && known.Mair == mair)
                return known;
        }

        var stale = new StaleValue(page, word, value, mair);
        values.Add(stale);
        page.Stale++;
        var list = ListOf(stale);
        stale.Position = list.Count;
        list.Add(stale);
        return stale;
    }

    /// <summary>No CPU has the value cached any more.</summary>
    public void Remove(StaleValue stale)
    {
        stale.IsClean = true;
        stale.Page.Stale--;
        if (_byDescriptor.TryGetValue(stale.Address, out var values) && values.Remove(stale) && values.Count == 0)
            _byDescriptor.Remove(stale.Address);
        var list = ListOf(stale);
        var last = list[^1];
        list[stale.Position] = last;
        last.Position = stale.Position;
        list.RemoveAt(list.Count - 1);
        if (list.Count == 0 && list != _others)
            _pages.Remove(KeyOf(stale));
    }

    /// <summary>
    /// Every value that may translate an address of a range in the regimes that a TLBI reaches, and some more. The list
    /// is valid until the next call.
    /// </summary>
    public List<StaleValue> Near(in LintedTlbi operation, ulong first, ulong length)
    {
        _found.Clear();
        _found.AddRange(_others);
        if (_pages.Count == 0)
            return _found;
        ulong firstChunk = first >> ChunkShift;
        ulong chunks = ((first & ((1UL << ChunkShift) - 1)) + (length - 1) >> ChunkShift) + 1;
        if (chunks > (ulong)_pages.Count)
        {
            foreach (var (key, list) in _pages)
            {
                if (operation.Reaches(key.Item1) && key.Chunk - firstChunk < chunks)
                    _found.AddRange(list);
            }

            return _found;
        }

        foreach (var regime in (
            ReadOnlySpan<CasemateRegime>)[CasemateRegime.El1, CasemateRegime.El2, CasemateRegime.Stage2])
        {
            for (ulong chunk = 0; operation.Reaches(regime) && chunk < chunks; chunk++)
            {
                if (_pages.TryGetValue((regime, firstChunk + chunk), out var list))
                    _found.AddRange(list);
            }
        }

        return _found;
    }

    /// <summary>All values, in a new list.</summary>
    public List<StaleValue> All() => [.. _others, .. _pages.Values.SelectMany(v => v)];

    private static (CasemateRegime, ulong) KeyOf(StaleValue stale) => (stale.Regime, stale.Input >> ChunkShift);

    private List<StaleValue> ListOf(StaleValue stale)
    {
        if (stale.Level < 3)
            return _others;
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_pages, KeyOf(stale), out _);
        return list ??= [];
    }
}
