using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// Finds once more what a partition found for others in its steps, because another partition that was lost is built
/// anew. The partition's states are in the order in which they were expanded, and the layers are known, so a second
/// expansion in the same batches packs the same parcels; nothing has to be kept for it.
/// </summary>
/// <param name="layers">Index in the shard's table at which each layer begins.</param>
/// <param name="last">The last step that the partition has performed.</param>
internal sealed class PartitionLineage<TState, TSystem>(
    Shard<TState, TSystem> shard, IReadOnlyList<int> layers, int batches, long last)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly Shard<TState, TSystem> _again = shard.FromTheStart();
    private BatchExpansion<TState, TSystem>? _expansion;
    private int _layer = -1;

    /// <summary>The step that was repeated last.</summary>
    public long Ordinal { get; private set; }

    /// <summary>Repeats the next step in pieces.</summary>
    /// <returns>Null if the step is not the next one, or if the partition has no such layer.</returns>
    public IEnumerable<int>? Step(PartitionOrder order, CancellationToken cancellationToken)
    {
        if (order.Ordinal != Ordinal + 1 || order.Ordinal > last)
            return null;
        // A partition whose memory ended while it took states in expanded nothing in that step, which was its last.
        if (shard.IsFull && order.Ordinal == last)
        {
            Ordinal = order.Ordinal;
            return [];
        }

        if (order.OpensLayer && _layer + 1 == layers.Count)
            return null;
        Ordinal = order.Ordinal;
        if (order.OpensLayer)
            _again.OpenLayer(++_layer + 1 < layers.Count ? layers[_layer + 1] : shard.LayerEnd);
        return Expansion.Pieces(cancellationToken);
    }

    /// <inheritdoc cref="BatchExpansion{TState, TSystem}.Take"/>
    public byte[][] Take() => Expansion.Take();

    private BatchExpansion<TState, TSystem> Expansion => _expansion ??= new(_again, batches);
}
