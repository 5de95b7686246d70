using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Relations;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>
/// For one order of the writes: chooses a write for each read and walk, and adds to the order what the choice says
/// (Exp-obs, TTD-obs, Exp-haz-ob). A choice that closes a cycle is given up.
/// </summary>
internal sealed class ReadSources
{
    private readonly Execution _execution;
    private readonly Coherence _coherence;
    private readonly Func<Execution, Coherence, Ordering, bool> _rest;
    private readonly int[] _reads;

    public ReadSources(
        Execution execution, Coherence coherence, Func<Execution, Coherence, Ordering, bool> rest)
    {
        (_execution, _coherence, _rest) = (execution, coherence, rest);
        _reads = [.. _execution.Events.Index()
            .Where(each => each.Item.Kind is EventKind.Read or EventKind.Walk).Select(each => each.Index)];
    }

    /// <returns>Whether some choice is allowed.</returns>
    public bool Any()
    {
        var order = _execution.Local.Copy();
        foreach (var writes in _execution.Writes.Keys.Select(_coherence.Of))
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
            || _execution.Events[from].Kind == EventKind.Update || _execution.Events[to].Kind == EventKind.Update;
    }

    private bool Choose(int next, Ordering order)
    {
        if (next == _reads.Length)
            return _rest(_execution, _coherence, order);
        var read = _reads[next];
        var each = _execution.Events[read];
        var writes = _coherence.Of(each.Location!.Value);
        for (var place = 0; place <= writes.Length; place++)
        {
            var value = place == 0 ? null : _execution.Events[writes[place - 1]].Value;
            if (place == 0 ? !ReadsInitial(each) : value != each.Value)
                continue;
            _coherence.ReadsPlace[read] = place;
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
            if (_execution.Events[source].IsExplicit && (_execution.IsInProgramOrder(read, source)
                    || _execution.Holds(read, source, local => local.Relations.Pair)))
                return false;
            if ((IsExternal(source, read) || _execution.Events[source].Kind == EventKind.Update)
                && !order.Add(source, read))
                return false;
        }
        foreach (var later in _coherence.After(read))
        {
            // coWR: a read takes no write that is older than one that its CPU has done before.
            if (_execution.IsInProgramOrder(later, read) && _execution.Events[later].IsExplicit)
                return false;
            if ((IsExternal(read, later) || _execution.Events[later].Kind == EventKind.Update)
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
            if (_execution.Events[first].Kind != EventKind.Read || !_execution.IsInProgramOrder(first, read)
                || _execution.Events[first].Location != _execution.Events[read].Location)
                continue;
            foreach (var missed in _coherence.After(read))
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
        if (!_execution.Lift(walk, local => local.Relations.Translation)
                .Any(target => _execution.Events[target].IsUncacheableFault))
            return true;
        foreach (var later in _coherence.After(walk))
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
        foreach (var write in _execution.Lift(read, local => local.Relations.Pair))
        {
            var between = _coherence.Of(_execution.Events[read].Location!.Value)
                [_coherence.ReadsPlace[read]..];
            var end = Array.IndexOf(between, write);
            if (end < 0)
                return false;
            if (end > 0 && !(_execution.Events[read].IsExplicit && between[..end].Any(other =>
                    !IsExternal(other, write) && _execution.Events[other].IsExplicit)))
                return false;
        }
        return true;
    }

    private bool IsExternal(int left, int right) => _execution.CpuOf[left] != _execution.CpuOf[right];
}
