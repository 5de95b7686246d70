namespace Orleans.Mmu.Checking;

public interface ITransitionSystem<TState>
    where TState : unmanaged, IEquatable<TState>
{
    TState Initial { get; }

    void Successors(in TState state, SuccessorBuffer<TState> into);

    ulong Violations(in TState state);

    bool IsFinal(in TState state);

    TState Canonical(in TState state);
}

public sealed class SuccessorBuffer<TState>
    where TState : unmanaged, IEquatable<TState>
{
    public List<(TState State, int Label)> Items { get; } = [];

    public void Add(in TState state, int label) => Items.Add((state, label));
}
