using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Litmus.Tests;
using Orleans.Mmu.Verdicts.Counterexamples;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Litmus.Checks;

/// <summary>
/// Turns the path to a violation in a litmus test into events: one for each instruction and one for each store that
/// leaves a store buffer.
/// </summary>
internal sealed class LitmusCounterexample(LitmusTest test, LitmusSystem system)
{
    private readonly LitmusLanes _lanes = new(test, system);

    public Counterexample Of(IReadOnlyList<PathTransition<Bits256>> path, Property property)
    {
        var events = ImmutableArray.CreateBuilder<CounterexampleEvent>();
        for (int i = 0; i < path.Count; i++)
        {
            foreach (var happened in system.Narrate(i == 0 ? path[0].State : path[i - 1].State, path[i].Label))
                events.Add(Tell(happened, events.Count > 0 ? events[^1] : null));
        }

        var last = system.Unpack(path[^1].State);
        var (cpu, message, rule, explanation) = Violation(last, property);
        events.Add(new(cpu ?? 0, EventKind.Violation, message, rule, "", _lanes.Of(last)));
        return new(property, cpu, message, explanation, events.ToImmutable());
    }

    private CounterexampleEvent Tell(LitmusEvent happened, CounterexampleEvent? before)
    {
        var lanes = _lanes.Of(happened.After);
        if (happened.Store is { } store)
            return new(happened.Cpu, EventKind.Store, $"{_lanes.StoreName(store)} is performed", "R_TGRMW", "", lanes);
        var instruction = happened.Instruction!;
        var cpu = happened.After.Cpus[happened.Cpu];
        string action = instruction switch
        {
            _ when Faulted(happened.Cpu, cpu, instruction) is { } fault => $"{instruction.Text}: {FaultName(fault)}",
            LoadExclusiveInstruction load => $"{instruction.Text} reads {test.Names.Text(cpu.Read(load.Target))}",
            AccessInstruction { Kind: AccessKind.Load } load =>
                $"{instruction.Text} reads {test.Names.Text(cpu.Read(load.Data))}",
            AccessInstruction stores => $"{instruction.Text} stores {test.Names.Text(cpu.Read(stores.Data))}",
            _ => instruction.Text,
        };
        string phase = before is null || before.Cpu != happened.Cpu ? $"P{happened.Cpu}" : before.Phase;
        return new(happened.Cpu, EventKind.Step, action, Rule(instruction), phase, lanes) { Step = instruction.Text };
    }

    // The fault of an instruction that the CPU has just not performed: it stands there still, or in its handler.
    private FaultRecord? Faulted(int number, LitmusCpu cpu, Instruction instruction)
    {
        int at = cpu.InHandler && cpu.Link.Kind == LitmusValueKind.Code ? cpu.Link.CodeIndex : cpu.At;
        bool stands = at < test.Programs[number].Length && ReferenceEquals(test.Programs[number][at], instruction);
        int found = stands ? cpu.Faults.FindLastIndex(f => f.Instruction == at) : -1;
        return found < 0 ? null : cpu.Faults[found];
    }

    private string FaultName(FaultRecord fault) => fault.Type == LitmusFault.Conflict
        ? $"TLB conflict at {test.Names.Text(fault.Place!.Value)}"
        : fault.Place is { } place ? $"{fault.Type} fault at {test.Names.Text(place)}" : $"{fault.Type}";

    private (int? Cpu, string Message, string Rule, ImmutableArray<string> Explanation) Violation(
        LitmusState state, Property property)
    {
        if (property == Property.TlbConflict || property == Property.ConflictAbortPossible)
        {
            var outcome = property == Property.TlbConflict
                ? OverlapBehaviours.Amalgamation : OverlapBehaviours.ConflictAbort;
            for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
            {
                for (int page = 0; page < test.Names.Pages.Count; page++)
                {
                    if (system.Translation.Conflict(state, cpu, page, outcome) is not { } pair)
                        continue;
                    var verdict = system.Translation.Judge(state.Memory, page, pair, test.Level(cpu));
                    string a = _lanes.EntryName(pair.SlotA, pair.DescriptorA);
                    string b = _lanes.EntryName(pair.SlotB, pair.DescriptorB);
                    string who = $"CPU {cpu} ({test.Level(cpu).Sentence()})";
                    return (cpu, $"{who} may hold {a} and {b} for {test.Names.PageName(page)}", verdict.Rule,
                    [
                        $"entry 1: {a}", $"entry 2: {b}", $"they differ in: {verdict.Difference}",
                        $"{verdict.Rule}: an access may {verdict.Outcomes.Sentence()}",
                    ]);
                }
            }
        }

        if (property == Property.ForbiddenOutcome)
        {
            string final = system.Outcome.Text(state);
            return (null, $"the programs end with {final}", property.Rule,
                [$"condition: {test.Condition.Text}", $"final state: {final}", .. RuleOfTest()]);
        }

        int waiting = Array.FindIndex(state.Cpus, c => !c.HasEnded);
        return (waiting < 0 ? null : waiting,
            waiting < 0
                ? property.Sentence
                : $"CPU {waiting} waits for ever at \"{test.Programs[waiting][state.Cpus[waiting].At].Text}\"",
            property.Rule, [property.Sentence]);
    }

    private IEnumerable<string> RuleOfTest() => test.Rule is { } rule ? [$"the test says: {rule}"] : [];

    private static string Rule(Instruction instruction) => instruction switch
    {
        DmbInstruction => "R_SPVBD",
        DsbInstruction { Accesses: BarrierAccesses.All } => "R_YNJCP",
        DsbInstruction => "R_SPVBD",
        TlbiInstruction => "R_TGVWD",
        IsbInstruction => "I_RBMTM",
        WriteRootInstruction => "R_DYDPX",
        _ => "program order",
    };
}
