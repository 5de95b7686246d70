using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Linux.Splitting;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Traces.Casemate;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;

namespace Orleans.Mmu.Checking.Casemate;

/// <summary>Writes runs and counterexamples as casemate traces, for casemate's own checker and for mmu lint.</summary>
public static class CasemateTrace
{
    /// <summary>Whether casemate supports a machine's tables: it knows 4K pages and up to four levels.</summary>
    public static bool CanHold(TranslationGeometry geometry) => geometry.Granule == Granule.K4 && geometry.VaBits <= 48;

    /// <summary>Writes a run on grains: the tables as painted, then every recorded event in order.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was requested.</exception>
    public static void OfRun(
        TextWriter output, MachineDescription machine, int cpus, IEnumerable<RunEvent> events,
        CancellationToken cancellationToken)
    {
        var painter = new LinearMapPainter(machine);
        var tables = painter.Paint(PaintDecision.OfBootCpu(machine));
        var editor = new TableEditor(tables);
        var split = new RangeSplit(editor, painter.Pages, painter.Swapper);
        var writer = new CasemateWriter(output, cancellationToken);
        var steps = new CasemateSteps(writer, painter.Swapper, machine.Image.Reserved(machine.Geometry.Granule));
        var writes = new TableWrites(writer, cpu: 0);
        steps.Begin(machine.Geometry, cpus, () => writes.All(tables.Root(painter.Swapper)!));
        foreach (var happened in events)
        {
            if (!Linux.Protocols.Step.TryParse(happened.Text, out var step))
                continue;
            if (happened.Kind == RunEventKind.Step)
            {
                steps.Step(happened.Cpu, step!, null);
            }
            else if (happened.Kind == RunEventKind.Published)
            {
                var range = step is SplitToPages published
                    ? published.Range : throw new UnknownStepException(step!, nameof(CasemateTrace));
                var start = LinearRange.Of(range, machine).Start;
                split.Advance(new(start, happened.Reached), long.MaxValue);
                var next = editor.Publish();
                writes.Between(tables.Root(painter.Swapper)!, next.Root(painter.Swapper)!);
                tables = next;
                // The barriers of leaving lazy MMU mode.
                writer.Dsb(0, DsbKind.Ishst);
                writer.Isb(0);
            }
        }

        steps.End();
    }

    /// <summary>Writes a counterexample on the toy machine.</summary>
    public static void OfCounterexample(
        TextWriter output, CheckedProtocol protocol, CheckReport report, Counterexample counterexample)
    {
        var machine = ToyMachine.Of([.. report.Levels]);
        var writer = new CasemateWriter(output);
        var steps = new CasemateSteps(
            writer, machine.Swapper, machine.Description.Image.Reserved(machine.Geometry.Granule))
        {
            Second = protocol.Scene.Root is null ? default : machine.SecondRoot,
            TakesLocks = protocol.Script.AllSteps.Any(s => s.Step is TableLock),
        };
        steps.Begin(machine.Geometry, counterexample.Events[0].Lanes.Length, () =>
        {
            new TableWrites(writer, cpu: 0).All(machine.Painted.Root(machine.Swapper)!);
            // Writes the map before the change, each table before the descriptor that links it.
            foreach (
                var (word, content) in protocol.Scene.Initial.OrderBy(w => w.Key.IsPmd)
                    .ThenBy(w => WatchedWord.All.IndexOf(w.Key)))
            {
                if (content != WordContent.Unfilled && (word.Second || content != WordContent.Block))
                    writer.Write(0, word.Location(machine), word.Descriptor(machine, content));
            }

            if (protocol.Scene.Root is not null)
                writer.Write(0, machine.SecondRootWord.Address, machine.SecondRootWord.Value);
        });
        foreach (var happened in counterexample.Events)
            Write(writer, steps, machine, happened);
        steps.End();
    }

    private static void Write(
        CasemateWriter writer, CasemateSteps steps, ToyMachine machine, CounterexampleEvent happened)
    {
        if (happened is { Kind: EventKind.Store, Store: { } store })
        {
            writer.Write(happened.Cpu, store.Location, happened.Value ?? Descriptor.Invalid);
            return;
        }

        if (happened.Kind != EventKind.Step || !Linux.Protocols.Step.TryParse(happened.Step ?? "", out var step))
            return;
        if (step is FreeTable free)
            writer.ReleaseTable(happened.Cpu, new(new WatchedWord(free.Range, 0).Location(machine).Value & ~0xfffUL));
        else
            steps.Step(happened.Cpu, step!, ToyCpuKind.Operation(step!, machine));
    }
}
