using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Old values of descriptors by the addresses that they translate, so that a TLBI by address costs what it names and
/// not what the trace has changed.
/// </summary>
internal sealed class StaleAddresses
{
    // Pages are found by 64K of input addresses, the largest granule; larger values by what they cover.
    private const int LeastShift = 16;

    private readonly Dictionary<(CasemateRegime Regime, int Shift), Dictionary<ulong, List<StaleValue>>> _chunks = [];
    private readonly List<StaleValue> _found = [];
    private readonly Stack<List<StaleValue>> _spare = [];

    public void Add(StaleValue stale)
    {
        ref var chunks = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _chunks, (stale.Regime, ShiftOf(stale)), out _);
        chunks ??= [];
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(chunks, ChunkOf(stale), out _);
        list ??= _spare.TryPop(out var spare) ? spare : [];
        stale.Position = list.Count;
        list.Add(stale);
    }

    public void Remove(StaleValue stale)
    {
        var chunks = _chunks[(stale.Regime, ShiftOf(stale))];
        var list = chunks[ChunkOf(stale)];
        var last = list[^1];
        list[stale.Position] = last;
        last.Position = stale.Position;
        list.RemoveAt(list.Count - 1);
        if (list.Count > 0)
            return;
        chunks.Remove(ChunkOf(stale));
        _spare.Push(list);
    }

    /// <summary>
    /// Every value that may translate an address of a range in the regimes that a TLBI reaches, and some more. The list
    /// is valid until the next call.
    /// </summary>
    public List<StaleValue> Near(in LintedTlbi operation, ulong first, ulong length)
    {
        _found.Clear();
        foreach (var ((regime, shift), chunks) in _chunks)
        {
            if (!operation.Reaches(regime))
                continue;
            ulong from = first >> shift;
            ulong count = (first + (length - 1) >> shift) - from + 1;
            if (count > (ulong)chunks.Count)
            {
                foreach (var (chunk, list) in chunks)
                {
                    if (chunk - from < count)
                        _found.AddRange(list);
                }

                continue;
            }

            for (ulong chunk = from; chunk - from < count; chunk++)
            {
                if (chunks.TryGetValue(chunk, out var list))
                    _found.AddRange(list);
            }
        }

        return _found;
    }

    private static int ShiftOf(StaleValue stale) => Math.Max(LeastShift, BitOperations.Log2(stale.Cover));

    private static ulong ChunkOf(StaleValue stale) => stale.Input >> ShiftOf(stale);
}
