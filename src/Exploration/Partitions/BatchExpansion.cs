using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>Expands batches of a shard's layer and packs what they find into a parcel for each partition.</summary>
/// <param name="batches">Batches of a step.</param>
internal sealed class BatchExpansion<TState, TSystem>(Shard<TState, TSystem> shard, int batches)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly Parcel<TState>.Writer[] _writers = [
        .. Enumerable.Range(0, Explorer.Partitions).Select(_ => new Parcel<TState>.Writer())];

    /// <summary>Expands in pieces, so that other work can run between them.</summary>
    public IEnumerable<int> Pieces(CancellationToken cancellationToken)
    {
        for (int batch = 0; batch < batches && !shard.IsFull; batch++)
        {
            shard.Expand(1, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            for (int to = 0; to < _writers.Length; to++)
                _writers[to].Add(shard.For(to));
            yield return batch;
        }
    }

    /// <summary>
    /// Returns the parcels, empty for partitions that nothing was found for, and begins the next ones.
    /// </summary>
    public byte[][] Take() => [.. _writers.Select(w => w.Take())];
}
