using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Relations;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>
/// For one order of the writes: chooses a write for each read and walk, and adds to the order what the choice says
/// (Exp-obs, TTD-obs, Exp-haz-ob). A choice that closes a cycle is given up.
/// </summary>
internal sealed class ReadSources
{
    private readonly Execution execution;
    private readonly Coherence coherence;
    private readonly Func<Execution, Coherence, Ordering, bool> rest;
    private readonly int[] reads;

    public ReadSources(
        Execution execution, Coherence coherence, Func<Execution, Coherence, Ordering, bool> rest)
    {
        (this.execution, this.coherence, this.rest) = (execution, coherence, rest);
        reads = [.. execution.Events.Index()
            .Where(each => each.Item.Kind is EventKind.Read or EventKind.Walk).Select(each => each.Index)];
    }

    /// <returns>Whether some choice is allowed.</returns>
    public bool Any()
    {
        var order = execution.Local.Copy();
        foreach (var writes in execution.Writes.Keys.Select(coherence.Of))
        {
            for (var later = 1; later < writes.Length; later++)
            {
                for (var earlier = 0; earlier < later; earlier++)
                {
                    if (IsOrdered(writes[earlier], writes[later]) && !order.Add(writes[earlier], writes[later]))
                        return false;
                }
            }
        }
        return Choose(0, order);

        // [Exp & W]; co & ext; [Exp & W], and [HU]; co; [W] and [W]; co; [HU].
        bool IsOrdered(int from, int to) => IsExternal(from, to)
            || execution.Events[from].Kind == EventKind.Update || execution.Events[to].Kind == EventKind.Update;
    }

    private bool Choose(int next, Ordering order)
    {
        if (next == reads.Length)
            return rest(execution, coherence, order);
        var read = reads[next];
        var each = execution.Events[read];
        var writes = coherence.Of(each.Location!.Value);
        for (var place = 0; place <= writes.Length; place++)
        {
            var value = place == 0 ? null : execution.Events[writes[place - 1]].Value;
            if (place == 0 ? !ReadsInitial(each) : value != each.Value)
                continue;
            coherence.ReadsPlace[read] = place;
            var extended = order.Copy();
            var fits = each.Kind == EventKind.Walk
                ? AddWalk(read, place, writes, extended) : AddRead(read, place, writes, extended);
            if (fits && IsAtomic(read) && Choose(next + 1, extended))
                return true;
        }
        return false;
    }

    public required Func<Event, bool> ReadsInitial { get; init; }

    private bool AddRead(int read, int place, int[] writes, Ordering order)
    {
        if (place > 0)
        {
            var source = writes[place - 1];
            // coRW1: a read takes no later write of its own CPU, nor that of its own atomic pair.
            if (execution.Events[source].IsExplicit && (execution.IsInProgramOrder(read, source)
                    || execution.Holds(read, source, local => local.Relations.Pair)))
                return false;
            if ((IsExternal(source, read) || execution.Events[source].Kind == EventKind.Update)
                && !order.Add(source, read))
                return false;
        }
        foreach (var later in coherence.After(read))
        {
            // coWR: a read takes no write that is older than one that its CPU has done before.
            if (execution.IsInProgramOrder(later, read) && execution.Events[later].IsExplicit)
                return false;
            if ((IsExternal(read, later) || execution.Events[later].Kind == EventKind.Update)
                && !order.Add(read, later))
                return false;
        }
        return AddHazards(read, order);
    }

    /// <summary>
    /// Exp-haz-ob: where two reads of a CPU read one word, the first comes before the writes that the second misses.
    /// </summary>
    private bool AddHazards(int read, Ordering order)
    {
        for (var first = 0; first < read; first++)
        {
            if (execution.Events[first].Kind != EventKind.Read || !execution.IsInProgramOrder(first, read)
                || execution.Events[first].Location != execution.Events[read].Location)
                continue;
            foreach (var missed in coherence.After(read))
            {
                if (IsExternal(read, missed) && !order.Add(first, missed))
                    return false;
            }
        }
        return true;
    }

    /// <summary>
    /// [Imp &amp; TTD]; rf and its reverse, of any CPU; and a walk that ends in a fault which no TLB keeps comes before
    /// the writes that it misses.
    /// </summary>
    private bool AddWalk(int walk, int place, int[] writes, Ordering order)
    {
        if (place > 0 && !order.Add(writes[place - 1], walk))
            return false;
        if (!execution.Lift(walk, local => local.Relations.Translation)
                .Any(target => execution.Events[target].IsUncacheableFault))
            return true;
        foreach (var later in coherence.After(walk))
        {
            if (!order.Add(walk, later))
                return false;
        }
        return true;
    }

    /// <summary>
    /// empty (rmw &amp; (fr; co)), where a write of the CPU itself between the two of a pair of exclusives counts as
    /// none.
    /// </summary>
    private bool IsAtomic(int read)
    {
        foreach (var write in execution.Lift(read, local => local.Relations.Pair))
        {
            var between = coherence.Of(execution.Events[read].Location!.Value)
                [coherence.ReadsPlace[read]..];
            var end = Array.IndexOf(between, write);
            if (end < 0)
                return false;
            if (end > 0 && !(execution.Events[read].IsExplicit && between[..end].Any(other =>
                    !IsExternal(other, write) && execution.Events[other].IsExplicit)))
                return false;
        }
        return true;
    }

    private bool IsExternal(int left, int right) => execution.CpuOf[left] != execution.CpuOf[right];
}
