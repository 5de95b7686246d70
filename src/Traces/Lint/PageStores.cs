using System.Runtime.InteropServices;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The stores to one page that may be seen late. Of those of one CPU that replaced one old word of one descriptor, the
/// last one counts. A store costs the same however many there are.
/// </summary>
internal sealed class PageStores
{
    private sealed class OfWriter
    {
        public Dictionary<(int Word, ulong Old), Last> Stores { get; } = [];

        // The number of the newest event.
        public long Newest { get; set; }
    }

    private readonly record struct Last(LintedEvent Event, long Number);

    private readonly Dictionary<int, OfWriter> _writers = [];
    private long _numbers;

    /// <summary>The number of stores.</summary>
    public int Count { get; private set; }

    /// <summary>The number of DSBs at the last <see cref="Prune"/>.</summary>
    public long PrunedAt { get; private set; }

    /// <summary>Keeps a store, instead of one like it if there is one.</summary>
    public void Add(in UnorderedStores.Store store)
    {
        if (!_writers.TryGetValue(store.Writer, out var writer))
            _writers[store.Writer] = writer = new();
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(
            writer.Stores, (store.Word, store.Old), out bool isKnown);
        last = new(store.Event, ++_numbers);
        writer.Newest = Math.Max(writer.Newest, store.Event.At);
        Count += isKnown ? 0 : 1;
    }

    /// <summary>Removes the stores of each CPU whose DSB has followed them all.</summary>
    /// <param name="dsbs">The number of DSBs so far.</param>
    /// <param name="ordered">The number of the event of each CPU's last DSB.</param>
    public void Prune(long dsbs, Dictionary<int, long> ordered)
    {
        PrunedAt = dsbs;
        foreach (var (cpu, writer) in _writers)
        {
            if (writer.Newest >= ordered.GetValueOrDefault(cpu))
                continue;
            Count -= writer.Stores.Count;
            writer.Stores.Clear();
        }
    }

    /// <summary>The stores, by the order in which they came.</summary>
    /// <param name="counts">Whether a store counts.</param>
    public List<UnorderedStores.Store> That(Func<UnorderedStores.Store, bool> counts)
    {
        List<(long Number, UnorderedStores.Store Store)> found = [];
        foreach (var (cpu, writer) in _writers)
        {
            foreach (var ((word, old), last) in writer.Stores)
            {
                var store = new UnorderedStores.Store(word, old, cpu, last.Event);
                if (counts(store))
                    found.Add((last.Number, store));
            }
        }

        found.Sort((a, b) => a.Number.CompareTo(b.Number));
        return found.ConvertAll(f => f.Store);
    }
}
