using System.Buffers;
using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Exploration.Partitions;

/// <summary>
/// One partition's part of the liveness check that <see cref="LivenessPass{TState, TSystem}"/> does in one process: a
/// state reaches an end if it is one, or if a successor reaches one. Successors in other partitions are asked about.
/// Marks are only ever added, so it does not matter when an answer was given.
/// </summary>
/// <param name="layers">Index in the shard's table at which each layer begins.</param>
internal sealed class PartitionLiveness<TState, TSystem>(
    TSystem system, bool symmetry, Shard<TState, TSystem> shard, List<int> layers)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    // States that are expanded for one round of questions.
    private const int StatesAtOnce = 2048;

    private readonly SuccessorBuffer<TState> _successors = new();
    private readonly ArrayBufferWriter<byte>[] _questions = [
        .. Enumerable.Range(0, Explorer.Partitions).Select(_ => new ArrayBufferWriter<byte>())];
    private readonly List<int>[] _askers = [.. Enumerable.Range(0, Explorer.Partitions).Select(_ => new List<int>())];
    // Successors of one state that other partitions hold, each with its partition.
    private readonly List<(int Shard, TState State)> _elsewhere = [];
    private readonly BitArray _ends = new(0);
    private int _next;
    private long _ended;
    private int _firstOpen;

    public JudgedLayer Judged
    {
        get
        {
            while (_firstOpen < _ends.Count && _ends[_firstOpen])
                _firstOpen++;
            int first = _firstOpen < _ends.Count ? _firstOpen : -1;
            return new(_next, _ended, first, layers.FindLastIndex(start => start <= first));
        }
    }

    /// <summary>
    /// Judges states of a layer from an index downwards; the deeper layers that they lead to were judged before.
    /// </summary>
    /// <returns>The questions for the other partitions; null if the layer has no such index.</returns>
    public IReadOnlyList<byte[]>? Judge(int layer, int from)
    {
        Begin();
        foreach (var questions in _questions)
            questions.ResetWrittenCount();
        foreach (var askers in _askers)
            askers.Clear();
        int first = layers[layer];
        int end = layer + 1 < layers.Count ? layers[layer + 1] : shard.Table.Count;
        if (from < -1 || from >= end || (from >= 0 && from < first))
            return null;
        int index = from < 0 ? end - 1 : from;
        for (int judged = 0; index >= first && judged < StatesAtOnce; index--)
        {
            if (_ends[index])
                continue;
            judged++;
            Judge(index);
        }

        _next = index >= first ? index : -1;
        return [.. _questions.Select(q => q.WrittenSpan.ToArray())];
    }

    public byte[] Answer(byte[] states)
    {
        Begin();
        if (states.Length % Unsafe.SizeOf<TState>() != 0)
            throw new ArgumentException(
                $"expected states of {Unsafe.SizeOf<TState>()} bytes, found {states.Length} bytes");
        var asked = MemoryMarshal.Cast<byte, TState>(states);
        byte[] answer = new byte[asked.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            int index = shard.Table.Find(asked[i], StateTable<TState>.Hash(asked[i]));
            if (index < 0)
                throw new ArgumentException($"expected states that partition {shard.Number} knows, found another");
            answer[i] = _ends[index] ? (byte)1 : (byte)0;
        }

        return answer;
    }

    public void Learn(int from, byte[] answer)
    {
        if (answer.Length != _askers[from].Count)
            throw new ArgumentException($"expected {_askers[from].Count} answers, found {answer.Length}");
        for (int i = 0; i < answer.Length; i++)
        {
            if (answer[i] != 0)
                Mark(_askers[from][i]);
        }
    }

    // The table no longer grows once liveness is checked.
    private void Begin()
    {
        if (_ends.Length != shard.Table.Count)
            _ends.Length = shard.Table.Count;
    }

    private void Judge(int index)
    {
        ref readonly var state = ref shard.Table[index];
        _successors.Clear();
        system.Successors(state, _successors);
        if (_successors.Count == 0 || system.IsFinal(state) || LeadsToEndHere())
        {
            Mark(index);
            return;
        }

        foreach (var (owner, successor) in _elsewhere)
        {
            _questions[owner].Write(MemoryMarshal.AsBytes(new ReadOnlySpan<TState>(in successor)));
            _askers[owner].Add(index);
        }
    }

    private bool LeadsToEndHere()
    {
        _elsewhere.Clear();
        foreach (ref readonly var successor in _successors.States)
        {
            var stored = symmetry ? system.Canonical(successor) : successor;
            ulong hash = StateTable<TState>.Hash(stored);
            int owner = StateId.ShardOf(hash);
            if (owner != shard.Number)
                _elsewhere.Add((owner, stored));
            else if (shard.Table.Find(stored, hash) is >= 0 and var known && _ends[known])
                return true;
        }

        return false;
    }

    private void Mark(int index)
    {
        if (_ends[index])
            return;
        _ends[index] = true;
        _ended++;
    }
}
