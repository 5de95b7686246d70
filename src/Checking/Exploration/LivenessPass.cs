using System.Collections;

namespace Orleans.Mmu.Checking;

/// <summary>
/// Whether the system can always come to its end: if from every state some final state can be reached, then under fair
/// scheduling nobody waits for ever. Works backwards over the states found, which are expanded again until one successor
/// is known to reach the end; where states are found in the order of their programs, one pass is enough.
/// </summary>
internal sealed class LivenessPass<TState, TSystem>(TSystem system, bool symmetry, Shard<TState, TSystem>[] shards, CancellationToken cancellationToken)
    where TState : unmanaged, IEquatable<TState>
    where TSystem : ITransitionSystem<TState>
{
    private readonly BitArray[] _ends = [.. shards.Select(s => new BitArray(s.Table.Count))];
    private readonly SuccessorBuffer<TState> _successors = new();

    /// <summary>The name of the first state that cannot come to the end, or null.</summary>
    public uint? FirstStuck()
    {
        while (Pass())
        {
        }

        for (int index = 0; index < _ends.Max(e => e.Count); index++)
        {
            for (int shard = 0; shard < shards.Length; shard++)
            {
                if (index < _ends[shard].Count && !_ends[shard][index])
                    return Shard<TState, TSystem>.Name(shard, index);
            }
        }

        return null;
    }

    // True: something was learned that may lead to more.
    private bool Pass()
    {
        bool learned = false;
        bool open = false;
        for (int index = _ends.Max(e => e.Count) - 1; index >= 0; index--)
        {
            if ((index & 1023) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            for (int shard = 0; shard < shards.Length; shard++)
            {
                if (index >= _ends[shard].Count || _ends[shard][index])
                    continue;
                if (Ends(shards[shard].Table[index]))
                    learned = _ends[shard][index] = true;
                else
                    open = true;
            }
        }

        return learned && open;
    }

    private bool Ends(in TState state)
    {
        if (system.IsFinal(state))
            return true;
        _successors.Clear();
        system.Successors(state, _successors);
        foreach (ref readonly var successor in _successors.States)
        {
            var stored = symmetry ? system.Canonical(successor) : successor;
            ulong hash = StateTable<TState>.Hash(stored);
            int shard = Shard<TState, TSystem>.Of(hash);
            int index = shards[shard].Table.Find(stored, hash);
            if (index >= 0 && _ends[shard][index])
                return true;
        }

        return false;
    }
}
