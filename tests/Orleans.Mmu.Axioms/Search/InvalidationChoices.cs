using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Programs;
using Orleans.Mmu.Axioms.Relations;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>
/// Each TLBI that a full DSB follows comes before or after each walk that it concerns (TLBI-after); both ways order
/// something, and an execution is allowed where some choice for all pairs closes no cycle.
/// </summary>
internal static class InvalidationChoices
{
    public static bool Any(Execution execution, Coherence coherence, Ordering order)
    {
        var pairs = new List<(int Invalidation, int Walk)>();
        for (var invalidation = 0; invalidation < execution.Events.Count; invalidation++)
        {
            if (!IsCompleted(execution, invalidation))
                continue;
            for (var walk = 0; walk < execution.Events.Count; walk++)
            {
                // A TLBI before a walk that misses no write orders nothing: nothing to choose.
                if (Concerns(execution, invalidation, walk)
                    && (!coherence.After(walk).IsEmpty || IsBefore(execution, walk, invalidation)))
                    pairs.Add((invalidation, walk));
            }
        }
        return Choose(execution, coherence, order, pairs, 0);
    }

    private static bool Choose(
        Execution execution, Coherence coherence, Ordering order, List<(int, int)> pairs, int next)
    {
        if (next == pairs.Count)
            return true;
        var (invalidation, walk) = pairs[next];
        if (!IsBefore(execution, walk, invalidation))
        {
            var before = order.Copy();
            if (AddInvalidationFirst(coherence, before, invalidation, walk)
                && Choose(execution, coherence, before, pairs, next + 1))
                return true;
        }
        if (IsBefore(execution, invalidation, walk))
            return false;
        var after = order.Copy();
        return AddWalkFirst(execution, after, invalidation, walk)
            && Choose(execution, coherence, after, pairs, next + 1);
    }

    /// <summary>TLBI-ca: the TLBI comes before the writes that the walk misses.</summary>
    private static bool AddInvalidationFirst(Coherence coherence, Ordering order, int invalidation, int walk)
    {
        foreach (var missed in coherence.After(walk))
        {
            if (!order.Add(invalidation, missed))
                return false;
        }
        return true;
    }

    /// <summary>
    /// TLBI-ob: what follows the TLBI's DSB comes after the walk; on another CPU also after the access that used the
    /// walk, and after earlier walks of the same page.
    /// </summary>
    private static bool AddWalkFirst(Execution execution, Ordering order, int invalidation, int walk)
    {
        var targets = execution.Lift(invalidation, local => local.AfterDsb)
            | execution.Lift(invalidation, local => local.AfterSynchronization);
        if (!order.Add(walk, targets))
            return false;
        if (execution.CpuOf[walk] == execution.CpuOf[invalidation])
            return true;
        foreach (var use in execution.Lift(walk, local => local.Relations.Translation))
        {
            if (!order.Add(use, targets))
                return false;
        }
        for (var earlier = 0; earlier < walk; earlier++)
        {
            if (execution.IsInProgramOrder(earlier, walk)
                && execution.Holds(earlier, walk, local => local.Relations.SamePage)
                && !order.Add(earlier, targets))
                return false;
        }
        return true;
    }

    private static bool IsCompleted(Execution execution, int invalidation) =>
        execution.Events[invalidation].Kind == EventKind.Invalidation
        && execution.Events.Index().Any(each => each.Item.Kind == EventKind.Dsb
            && each.Item.Accesses == BarrierAccesses.All && execution.IsInProgramOrder(invalidation, each.Index));

    private static bool Concerns(Execution execution, int invalidation, int walk)
    {
        var removed = execution.Events[invalidation];
        return execution.Events[walk].Kind == EventKind.Walk
            && (removed.Everything || removed.Page == execution.Events[walk].Page)
            && (removed.Broadcast || execution.CpuOf[invalidation] == execution.CpuOf[walk]);
    }

    private static bool IsBefore(Execution execution, int from, int to) =>
        execution.Holds(from, to, local => local.Before);
}
