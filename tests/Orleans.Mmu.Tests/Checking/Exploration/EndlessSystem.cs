using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Tests.Checking.Exploration;

/// <summary>Counts without end; a test can act at each step.</summary>
internal sealed class EndlessSystem(Action<ulong> asked) : ITransitionSystem<Node>
{
    public Node Initial => default;

    public void Successors(in Node state, SuccessorBuffer<Node> into)
    {
        asked(state.Number);
        for (ulong i = 1; i <= 8; i++)
            into.Add(new(state.Number * 8 + i), (int)i);
    }

    public ulong Violations(in Node state) => 0;

    public bool IsFinal(in Node state) => false;

    public Node Canonical(in Node state) => state;
}
