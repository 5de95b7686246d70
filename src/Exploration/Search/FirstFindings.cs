using System.Numerics;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>For each violated property, the first state that a shard found.</summary>
internal sealed class FirstFindings
{
    private ulong _found;

    public List<FoundState> States { get; } = [];

    /// <param name="violated">Bit i is set where property i does not hold.</param>
    /// <param name="index">The state's index in the shard's table.</param>
    public void Record(ulong violated, int depth, int index)
    {
        for (ulong left = violated & ~_found; left != 0; left &= left - 1)
            States.Add(new(BitOperations.TrailingZeroCount(left), depth, index));
        _found |= violated;
    }
}
