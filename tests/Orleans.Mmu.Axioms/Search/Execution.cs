using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Model;
using Orleans.Mmu.Axioms.Programs;
using Orleans.Mmu.Axioms.Relations;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>One way through a CPU's program together with what it orders by itself.</summary>
internal sealed record OrderedTrace(CpuTrace Trace, LocalOrder Local);

/// <summary>
/// A candidate execution before anything is said of memory: one way through each CPU's program. Events of all CPUs have
/// one numbering, CPU after CPU.
/// </summary>
internal sealed class Execution
{
    public Execution(IReadOnlyList<OrderedTrace> cpus)
    {
        Cpus = cpus;
        var starts = new int[cpus.Count];
        var events = new List<Event>();
        for (var cpu = 0; cpu < cpus.Count; cpu++)
        {
            starts[cpu] = events.Count;
            events.AddRange(cpus[cpu].Trace.Events);
        }
        if (events.Count > EventSet.Limit)
            throw new NotExpressibleException($"more than {EventSet.Limit} events");
        Starts = starts;
        Events = events;
        CpuOf = [.. cpus.SelectMany((trace, cpu) => Enumerable.Repeat(cpu, trace.Trace.Events.Count))];
        Local = new Ordering(events.Count);
        foreach (var (index, _) in events.Index())
            Local.Begin(index, Lift(index, relations => relations.Before).Bits);
        Writes = events.Index().Where(each => each.Item.Writes).GroupBy(each => each.Item.Location!.Value)
            .ToDictionary(group => group.Key, group => group.Select(each => each.Index).ToArray());
    }

    public IReadOnlyList<OrderedTrace> Cpus { get; }

    public IReadOnlyList<Event> Events { get; }

    public IReadOnlyList<int> CpuOf { get; }

    /// <summary>What the CPUs order by themselves.</summary>
    public Ordering Local { get; }

    /// <summary>The writes of each word.</summary>
    public IReadOnlyDictionary<Location, int[]> Writes { get; }

    private int[] Starts { get; }

    public bool IsInProgramOrder(int from, int to) =>
        CpuOf[from] == CpuOf[to] && Events[from].Instance < Events[to].Instance;

    /// <summary>The events after one of them in a relation of its CPU.</summary>
    public EventSet Lift(int index, Func<LocalOrder, Relation> relation)
    {
        var cpu = CpuOf[index];
        return new EventSet(relation(Cpus[cpu].Local).After(index - Starts[cpu]).Bits << Starts[cpu]);
    }

    public bool Holds(int from, int to, Func<LocalOrder, Relation> relation) =>
        CpuOf[from] == CpuOf[to]
        && relation(Cpus[CpuOf[from]].Local).Has(from - Starts[CpuOf[from]], to - Starts[CpuOf[to]]);
}
