using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>
/// co and rf of an execution: the order of each word's writes, and which write each read takes. Place 0 is the word's
/// initial value; place p is its p-th write.
/// </summary>
internal sealed class Coherence(Execution execution)
{
    private readonly Dictionary<Location, int[]> _orders = [];

    /// <summary>The place that each read and walk reads from.</summary>
    public int[] ReadsPlace { get; } = new int[execution.Events.Count];

    /// <summary>The place of each write.</summary>
    public int[] WritesPlace { get; } = new int[execution.Events.Count];

    public int[] Of(Location location) => _orders.GetValueOrDefault(location, []);

    public void Set(Location location, int[] order)
    {
        _orders[location] = order;
        for (var place = 0; place < order.Length; place++)
            WritesPlace[order[place]] = place + 1;
    }

    /// <summary>The writes that come after what a read has read: fr.</summary>
    public ReadOnlySpan<int> After(int read) =>
        Of(execution.Events[read].Location!.Value).AsSpan(ReadsPlace[read]);

    /// <summary>The last value of a word.</summary>
    public Value? Last(Location location) =>
        Of(location) is [.., var last] ? execution.Events[last].Value : null;
}
