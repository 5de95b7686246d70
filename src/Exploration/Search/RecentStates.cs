using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// A cache of states that a shard has lately sent out. A transition may lead to a state that a recently expanded state
/// led to as well; a state found here need not be looked up again. Whole states are compared, so an evicted state costs
/// only time.
/// </summary>
/// <param name="initial">A state that is known from the start; it fills empty slots.</param>
internal sealed class RecentStates<TState>(TState initial)
    where TState : unmanaged, IEquatable<TState>
{
    private const int Size = 1 << 10;

    private readonly TState[] _states = Filled(initial);

    public static long MemoryBytes => (long)Size * Unsafe.SizeOf<TState>();

    /// <summary>Whether the state was sent before; it is remembered from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(in TState state, ulong hash)
    {
        ref var remembered = ref _states[(hash >> 40) & (Size - 1)];
        if (remembered.Equals(state))
            return true;
        remembered = state;
        return false;
    }

    private static TState[] Filled(TState initial)
    {
        var states = new TState[Size];
        Array.Fill(states, initial);
        return states;
    }
}
