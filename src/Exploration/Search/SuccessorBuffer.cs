using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>Collects the successors of a state. It is reused, so it allocates only until it is large enough.</summary>
public sealed class SuccessorBuffer<TState>
    where TState : unmanaged, IEquatable<TState>
{
    private TState[] _states = new TState[32];
    private int[] _labels = new int[32];

    public int Count { get; private set; }

    public ReadOnlySpan<TState> States => _states.AsSpan(0, Count);

    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in TState state, int label)
    {
        if (Count == _states.Length)
            Grow();

        _states[Count] = state;
        _labels[Count++] = label;
    }

    internal void Clear() => Count = 0;

    private void Grow()
    {
        Array.Resize(ref _states, 2 * Count);
        Array.Resize(ref _labels, 2 * Count);
    }
}
