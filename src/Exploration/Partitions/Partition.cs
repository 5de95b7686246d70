using System.Runtime.InteropServices;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>A partition of the states of one kind of system.</summary>
public sealed class Partition<TState, TSystem> : IPartition
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly PartitionShape _shape;
    private readonly Shard<TState, TSystem> _shard;
    private readonly PartitionLiveness<TState, TSystem> _liveness;
    private readonly BatchExpansion<TState, TSystem> _expansion;
    // Parcels for the next step, and those being taken in; the parity of the step's ordinal selects one.
    private readonly Parcel<TState>?[][] _inboxes = [
        new Parcel<TState>?[Explorer.Partitions], new Parcel<TState>?[Explorer.Partitions]];
    // Index in the table at which each layer begins.
    private readonly List<int> _layers = [];
    private PartitionLineage<TState, TSystem>? _lineage;
    private byte[][] _parcels = [.. Enumerable.Repeat(Array.Empty<byte>(), Explorer.Partitions)];
    private long _allowed = long.MaxValue;
    private long _ordinal;
    private bool _steps;

    public Partition(TSystem system, PartitionShape shape)
    {
        shape.Validate();
        _shape = shape;
        var initial = shape.Symmetry ? system.Canonical(system.Initial) : system.Initial;
        _shard = new(system, shape.Number, shape.Symmetry, initial);
        _expansion = new(_shard, shape.Batches);
        _liveness = new(system, shape.Symmetry, _shard, _layers);
        Initial = BytesOf(initial);
        ulong hash = StateTable<TState>.Hash(initial);
        if (StateId.ShardOf(hash) == shape.Number)
            _shard.Begin(hash, shape.MemoryLimit);
        Counts = Count(opened: 0);
    }

    public byte[] Initial { get; }

    public PartitionCounts Counts { get; private set; }

    // A piece takes in at most one batch of each partition.
    public long MostBytes =>
        _shard.MostBytes(2 * Shard<TState, TSystem>.MaxBatchSuccessors * Explorer.Partitions) + ParcelBytes;

    public JudgedLayer Judged => _liveness.Judged;

    private long ParcelBytes =>
        _parcels.Sum(p => (long)p.Length) + _inboxes.Sum(i => i.Sum(p => (long)(p?.Length ?? 0)));

    public void Allow(long bytes) => _allowed = bytes;

    public IEnumerable<int>? Step(PartitionOrder order, CancellationToken cancellationToken)
    {
        var inbox = Inbox(order.Ordinal - 1);
        bool isNext = !_steps && order.Ordinal == _ordinal + 1 && order.Expected.Length == Explorer.Partitions;
        return isNext && order.Expected.Select((bytes, from) => (inbox[from]?.Length ?? 0) == bytes).All(came => came)
            ? Pieces(order, inbox, cancellationToken) : null;
    }

    public IEnumerable<int>? Resend(PartitionOrder order, CancellationToken cancellationToken)
    {
        if (_steps || order.Ordinal > _ordinal)
            return null;
        if (order.Ordinal == 1)
            _lineage = new(_shard, _layers, _shape.Batches, _ordinal);
        return _lineage?.Step(order, cancellationToken) is { } pieces ? Again(_lineage, pieces) : null;
    }

    public bool HasPerformed(long steps) => !_steps && (_ordinal == steps || _ordinal == steps + 1);

    public IReadOnlyList<byte[]> TakeParcels()
    {
        byte[][] taken = _parcels;
        _parcels = [.. Enumerable.Repeat(Array.Empty<byte>(), Explorer.Partitions)];
        return taken;
    }

    public bool Receive(long ordinal, int from, byte[] parcel)
    {
        if (from is < 0 or >= Explorer.Partitions || from == _shape.Number)
            throw new ArgumentException($"expected a parcel of another partition, found one of {from}");
        if (parcel.Length > Parcel<TState>.MaxLength(_shape.Batches, Shard<TState, TSystem>.MaxBatchSuccessors))
            throw new ArgumentException($"expected a parcel of {_shape.Batches} batches, found {parcel.Length} bytes");
        if (ordinal < _ordinal)
            return true;
        if (ordinal > _ordinal + 1 || (ordinal == _ordinal + 1 && _steps))
            return false;
        Inbox(ordinal)[from] ??= Parcel<TState>.Read(parcel, _shape.Batches, from, _shape.Number);
        return true;
    }

    public IReadOnlyList<byte[]>? Judge(JudgeOrder order) =>
        IsAfter(order.Steps) && order.Layer >= 0 && order.Layer < _layers.Count
            ? _liveness.Judge(order.Layer, order.From) : null;

    public byte[]? Answer(long steps, byte[] states) => IsAfter(steps) ? _liveness.Answer(states) : null;

    public void Learn(int from, byte[] answer) => _liveness.Learn(from, answer);

    public StoredState? State(long steps, int index) => !IsAfter(steps) || index < 0 || index >= _shard.Table.Count
        ? null
        : new(BytesOf(_shard.Table[index]), _shard.Table.Origin(index));

    private static byte[] BytesOf(in TState state) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<TState>(in state)).ToArray();

    private bool IsAfter(long steps) => !_steps && steps == _ordinal;

    private Parcel<TState>?[] Inbox(long ordinal) => _inboxes[ordinal & 1];

    private IEnumerable<int> Pieces(PartitionOrder order, Parcel<TState>?[] inbox, CancellationToken cancellationToken)
    {
        (_steps, _ordinal) = (true, order.Ordinal);
        _lineage = null;
        // Parcels of this step that came early do not count, so that the limit does not depend on when they came.
        long parcels = inbox.Sum(p => (long)(p?.Length ?? 0));
        for (int batch = 0; batch < _shape.Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TakeIn(inbox, batch, Math.Min(_shape.MemoryLimit, _allowed) - parcels);
            yield return batch;
        }

        Array.Clear(inbox);
        int opened = order.OpensLayer && !_shard.IsFull ? OpenLayer() : 0;
        foreach (int batch in _expansion.Pieces(cancellationToken))
            yield return batch;
        _parcels = _expansion.Take();
        Counts = Count(opened);
        if (_parcels[_shape.Number] is { Length: > 0 } own)
            Inbox(_ordinal)[_shape.Number] = Parcel<TState>.Read(own, _shape.Batches, _shape.Number, _shape.Number);
        _steps = false;
    }

    private IEnumerable<int> Again(PartitionLineage<TState, TSystem> lineage, IEnumerable<int> pieces)
    {
        foreach (int piece in pieces)
            yield return piece;
        _parcels = lineage.Take();
    }

    private void TakeIn(Parcel<TState>?[] inbox, int batch, long limit)
    {
        foreach (var parcel in inbox)
        {
            if (parcel is not null)
                _shard.TakeIn(parcel.States(batch), parcel.Origins(batch), limit);
        }
    }

    private int OpenLayer()
    {
        _shard.Depth = _layers.Count;
        _layers.Add(_shard.Table.Count - _shard.Unexpanded);
        _shard.OpenLayer();
        return _shard.Open;
    }

    private PartitionCounts Count(int opened) =>
        new(_ordinal, _shard.Table.Count, _shard.Transitions, opened, _shard.Open, _shard.Unexpanded, _shard.IsFull,
        _shard.MemoryBytes + ParcelBytes, [.. _parcels.Select(p => p.Length)], [.. _shard.Found]);
}
