namespace Orleans.Mmu.Exploration.Search;

/// <summary>
/// A transition system. States are packed values: two are the same state if they are equal bit for bit. Several threads
/// may call at once.
/// </summary>
/// <typeparam name="TState">A multiple of eight bytes without padding.</typeparam>
public interface ITransitionSystem<TState>
    where TState : unmanaged, IEquatable<TState>
{
    TState Initial { get; }

    /// <summary>Adds every state that one transition leads to, with a label that names the transition.</summary>
    void Successors(in TState state, SuccessorBuffer<TState> into);

    /// <summary>Bit i is set where property i does not hold; bits 0 to 61.</summary>
    ulong Violations(in TState state);

    /// <summary>Whether the system may stop here: every program has ended.</summary>
    bool IsFinal(in TState state);

    /// <summary>The representative of the state's orbit; called only if symmetry is used.</summary>
    TState Canonical(in TState state);
}
