using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Model;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>
/// Where a CPU sets AF by hardware, AF may also be set without an access: once for each valid descriptor with AF=0 that
/// a word holds at first or that an instruction stores. Each is an atomic pair of no CPU; here, of a CPU of its own.
/// </summary>
internal static class SpontaneousUpdates
{
    public static IEnumerable<OrderedTrace[]> Of(
        AbstractProgram program, IReadOnlyList<IReadOnlyList<CpuTrace>> cpus, ModelMode mode)
    {
        if (!program.Cpus.Any(cpu => cpu.UpdatesAccessFlag))
            yield break;
        var stored = cpus.SelectMany(traces => traces).SelectMany(trace => trace.Events)
            .Where(each => each.Kind == EventKind.Write).Select(each => (each.Location!.Value, each.Value!));
        var initial = program.Memory.Select(each => (each.Key, each.Value));
        foreach (var word in initial.Concat(stored).Where(each => IsOpen(each.Item2)).GroupBy(each => each.Item1))
        {
            var values = word.Select(each => ((Value.Entry)each.Item2).Descriptor).Distinct().ToArray();
            OrderedTrace[] choices =
                [Ordered([], mode), .. values.Select(value => Ordered(Pair(word.Key, value), mode))];
            var most = (IsOpen(program.Initial(word.Key)) ? 1 : 0) + cpus.Sum(traces => traces.Max(trace =>
                trace.Events.Count(each => each.Kind == EventKind.Write && each.Location == word.Key
                    && IsOpen(each.Value!))));
            for (var count = 0; count < most; count++)
                yield return choices;
        }
    }

    private static bool IsOpen(Value value) => value is Value.Entry { Descriptor: { Valid: true, AccessFlag: false } };

    private static Event[] Pair(Location word, PageDescriptor before) =>
    [
        new(EventKind.Walk, 0) { Location = word, Value = new Value.Entry(before), Page = word.Page },
        new(EventKind.Update, 0)
        {
            Location = word,
            Value = new Value.Entry(before with { AccessFlag = true }),
            Page = word.Page,
            AtomicWith = 0,
            IsOneInstruction = true,
        },
    ];

    private static OrderedTrace Ordered(Event[] events, ModelMode mode) =>
        new(new CpuTrace(events, [], []), new LocalOrder(events, mode));
}
