using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Checking.Casemate;
using Orleans.Mmu.Checking.Counterexamples;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Refinement;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Tests.Coordination;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Traces.Casemate;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Every step through everything that interprets steps: each says what it means, if only that it means nothing.
/// </summary>
public sealed class StepInterpreterTests
{
    private static readonly ToyMachine Toy = ToyMachine.Of([BbmLevel.Level2NoAbort, BbmLevel.Level0]);

    private static readonly ImmutableArray<BbmLevel> OneLevel = [BbmLevel.Level2NoAbort];

    private static readonly PaintedMap Map =
        PaintedMap.Of(new TestMachine { Cpus = [TestMachine.Listed, TestMachine.Unlisted] }.Describe());

    private static readonly Dictionary<string, Action<Step>> Interpreters = new()
    {
        [nameof(KernelCpu)] = step =>
        {
            var cpu = new KernelCpu(Map.Machine, 1);
            cpu.PowerOn();
            cpu.Perform(step, Map.Painted);
        },
        [nameof(RunActions)] = step => Assert.True(Enum.IsDefined(RunActions.Of(step))),
        [nameof(StepRule)] = step => Assert.NotEmpty(StepRule.Of(step)),
        [nameof(Mistakes)] = step => Assert.DoesNotContain(step, Mistakes.Weaker(step)),
        [nameof(DescriptorStore)] =
            step => Assert.Equal(step is WriteEntries or FreeTable or ClearFlag, DescriptorStore.Writes(step).Any()),
        [nameof(ToyCpuKind)] = step =>
            Assert.Equal(step is Tlbi or TlbiRange, ToyCpuKind.Operation(step, Toy) is not null),
        [nameof(ProgramPoint)] = step => Assert.Equal(2, ProgramPoint.Of([new(step, "")], cnp: true).Length),
        [nameof(CasemateSteps)] = step =>
            new CasemateSteps(
                new CasemateWriter(new StringWriter()), Toy.Swapper, Toy.Description.Image.Reserved(Granule.K4))
                .Step(0, step, ToyCpuKind.Operation(step, Toy)),
        [nameof(ProtocolScript)] = step =>
            Assert.DoesNotContain(ProtocolScript.Of(Alone(step)).BootCpu, s => s.Step is SplitToPages),
        [nameof(MachineTransitions)] = Transition,
        [nameof(StepEffects)] = step => Assert.Equal(step is Tlbi or TlbiRange, step.Has(StepEffects.InvalidatesTlb)),
        [nameof(SpeculatingCpu)] = step =>
        {
            var cpu = new SpeculatingCpu(Map.Machine, 1);
            cpu.Cpu.PowerOn();
            Assert.Empty(cpu.Perform([step], null, new(1, "", Map.Painted, Map.Painted)));
        },
        [nameof(StatePacking)] = step =>
            Assert.True(new StatePacking(
                ModelOf(step), new CountedFlag(1, new(ModelOf(step), 1)), ModelOf(step).Cast(1, OneLevel)).Width > 0),
        [nameof(RunRefinement)] = Refine,
        [nameof(ReplayRunState)] = Replay,
    };

    public static TheoryData<string> Names => [.. Interpreters.Keys];

    /// <summary>The types are found by reflection, so a new one is among them without being listed here.</summary>
    private static IEnumerable<Step> EveryStep()
    {
        foreach (var type in typeof(Step).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Step)) && t != typeof(ForeignStep)))
        {
            var steps = Step.All.Where(s => s.GetType() == type).ToList();
            Assert.True(steps.Count > 0, $"no step of type {type.Name} is registered");
            foreach (var step in steps)
                yield return step;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_step_means_something_to(string interpreter)
    {
        foreach (var step in EveryStep())
            Interpreters[interpreter](step);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_without_a_meaning_is_refused_by(string interpreter)
    {
        var foreign = new ForeignStep("of-another-version");

        Assert.Same(foreign, Assert.Throws<UnknownStepException>(() => Interpreters[interpreter](foreign)).Step);
    }

    [Fact]
    public void A_step_that_is_not_listed_is_an_error_that_names_it()
    {
        var error = new UnknownStepException(Isb.Instance, "an interpreter");

        Assert.Equal(Isb.Instance, error.Step);
        Assert.Equal("an interpreter does not say what the step \"isb\" (Isb) means", error.Message);
    }

    private static MachineModel ModelOf(Step step)
    {
        var protocol = CheckedProtocols.Find("idmap-reserved")!;
        return new(
            protocol.Model(new()).Universe, protocol.Scene, ProtocolScript.Of(Alone(step)), OneLevel, flushed: 0,
            cnp: false);
    }

    private static Protocol Alone(Step step) => new("alone", "", "", [new("phase", Role.BootCpu, [step])]);

    // CPU 0 performs the step as the machine that is explored does; a split is its parts there.
    private static void Transition(Step step)
    {
        var model = ModelOf(step);
        var kinds = model.Cast(1, OneLevel);
        var transitions = new MachineTransitions(model, new CountedFlag(1, new(model, 1)));
        var state = new ToyState(new ToyCpuState[1], new ToyWriterState[1]);
        transitions.Begin(ref state, kinds.AsSpan());
        for (int i = 0; i < model.Script.BootCpu.Length; i++)
        {
            transitions.CanStep(state, kinds.AsSpan(), 0);
            transitions.Step(ref state, kinds.AsSpan(), 0);
        }

        Assert.Equal(model.Script.BootCpu.Length, state.Cpus[0].Point);
    }

    // CPU 0 performs the step as its whole program; it waits for ever if the step waits for another CPU.
    private static void Refine(Step step)
    {
        var protocol = CheckedProtocols.Find("idmap-reserved")!;
        var refinement = new RunRefinement(
            protocol with { File = protocol.File with { Protocol = Alone(step), Levels = OneLevel } }, 1, OneLevel);

        string? wrong = refinement.Accept(
            step is SplitToPages
                ? new(0, RunEventKind.Published, step.Text, new(ulong.MaxValue), [])
                : new(0, RunEventKind.Step, step.Text, default, []));

        bool waits = step is AwaitAll or AwaitWord { Operand: { Number: 1 } or { OfCpus: true, Number: 0 } };
        Assert.Equal(waits ? $"CPU 0 performs \"{step}\", which it must still wait for" : null, wrong);
    }

    private static void Replay(Step step)
    {
        var run = ReplayRunState.Begin(
            FakeRun.Setup(RepaintProtocols.IdmapReserved), [new(0, step, null, null, step.Text)]);

        Assert.NotNull(run.Next);
    }
}
