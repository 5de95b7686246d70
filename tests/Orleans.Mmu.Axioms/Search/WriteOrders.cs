using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>Every order of every word's writes in which a CPU's own writes keep their order (coWW).</summary>
internal static class WriteOrders
{
    public static IEnumerable<Coherence> Of(Execution execution)
    {
        var words = execution.Writes.Keys.Order(Comparer<Location>.Create(
            static (left, right) => string.CompareOrdinal(left.ToString(), right.ToString()))).ToArray();
        return Extend(execution, words, []);
    }

    private static IEnumerable<Coherence> Extend(Execution execution, Location[] words, List<int[]> chosen)
    {
        if (chosen.Count == words.Length)
        {
            var result = new Coherence(execution);
            for (var word = 0; word < words.Length; word++)
                result.Set(words[word], chosen[word]);
            yield return result;
            yield break;
        }
        foreach (var order in Permutations(execution, execution.Writes[words[chosen.Count]], []))
        {
            foreach (var rest in Extend(execution, words, [.. chosen, order]))
                yield return rest;
        }
    }

    private static IEnumerable<int[]> Permutations(Execution execution, int[] writes, int[] chosen)
    {
        if (chosen.Length == writes.Length)
        {
            yield return chosen;
            yield break;
        }
        foreach (var next in writes)
        {
            if (chosen.Contains(next)
                || writes.Any(other => !chosen.Contains(other) && Precedes(execution, other, next)))
                continue;
            foreach (var order in Permutations(execution, writes, [.. chosen, next]))
                yield return order;
        }
    }

    /// <summary>coWW is for explicit writes; a hardware update has no such rule of its own.</summary>
    private static bool Precedes(Execution execution, int earlier, int later) =>
        execution.IsInProgramOrder(earlier, later)
        && execution.Events[earlier].IsExplicit && execution.Events[later].IsExplicit;
}
