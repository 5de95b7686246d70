using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>What a shard found, sorted by the shard that each state belongs to, batch after batch.</summary>
/// <param name="initial">A state that need not be sent.</param>
internal sealed class Outboxes<TState>(TState initial)
    where TState : unmanaged, IEquatable<TState>
{
    private readonly RecentStates<TState> _recent = new(initial);
    private readonly Outbox<TState>[] _outboxes = [
        .. Enumerable.Range(0, Explorer.Shards).Select(_ => new Outbox<TState>())];

    public long MemoryBytes
    {
        get
        {
            long bytes = RecentStates<TState>.MemoryBytes;
            foreach (var outbox in _outboxes)
                bytes += outbox.MemoryBytes;
            return bytes;
        }
    }

    /// <summary>The states found for a shard.</summary>
    public Outbox<TState> this[int shard] => _outboxes[shard];

    public void Clear()
    {
        foreach (var outbox in _outboxes)
            outbox.Clear();
    }

    /// <summary>Ends a batch: what is sent from now on belongs to the next.</summary>
    public void EndBatch()
    {
        foreach (var outbox in _outboxes)
            outbox.EndBatch();
    }

    /// <summary>Sends a state to the shard that its hash selects, unless it was sent lately.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Send(in TState state, ulong hash, uint origin)
    {
        if (_recent.Contains(state, hash))
            return false;
        _outboxes[StateId.ShardOf(hash)].Add(state, origin);
        return true;
    }
}
