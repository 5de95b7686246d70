using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Checking.Casemate;
using Orleans.Mmu.Checking.Counterexamples;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Traces.Casemate;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Every step through everything that interprets steps: each says what it means, if only that it means nothing.
/// </summary>
public sealed class StepInterpreterTests
{
    private static readonly ToyMachine Toy = ToyMachine.Of([BbmLevel.Level2NoAbort, BbmLevel.Level0]);

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
        [nameof(CpuKind)] = step => Assert.Equal(step is Tlbi or TlbiRange, CpuKind.Operation(step, Toy) is not null),
        [nameof(ProgramPoint)] = step => Assert.Equal(2, ProgramPoint.Of([new(step, "")], cnp: true).Length),
        [nameof(StepTrace)] = step =>
            new StepTrace(
                new CasemateWriter(new StringWriter()), Toy.Swapper, Toy.Description.Image.Reserved(Granule.K4))
                .Step(0, step, CpuKind.Operation(step, Toy)),
        [nameof(ProtocolScript)] = step =>
            Assert.DoesNotContain(ProtocolScript.Of(Alone(step)).BootCpu, s => s.Step is SplitToPages),
        [nameof(MachineTransitions)] = Transition,
    };

    public static TheoryData<string> Names => [.. Interpreters.Keys];

    /// <summary>The types are found by reflection, so a new one is among them without being listed here.</summary>
    private static IEnumerable<Step> EveryStep()
    {
        foreach (var type in typeof(Step).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Step))))
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

    // A step that no interpreter lists.
    [Fact]
    public void A_step_that_is_not_listed_is_an_error_that_names_it()
    {
        var error = new UnknownStepException(Isb.Instance, "an interpreter");

        Assert.Equal(Isb.Instance, error.Step);
        Assert.Equal("an interpreter does not say what the step \"isb\" (Isb) means", error.Message);
    }

    private static Protocol Alone(Step step) => new("alone", "", "", [new("phase", Role.BootCpu, [step])]);

    // CPU 0 performs the step as the machine that is explored does; a split is its parts there.
    private static void Transition(Step step)
    {
        var protocol = CheckedProtocols.Find("idmap-reserved")!;
        var script = ProtocolScript.Of(Alone(step));
        ImmutableArray<BbmLevel> levels = [BbmLevel.Level2NoAbort];
        var universe = protocol.Model(new()).Universe;
        var model = new MachineModel(universe, protocol.Scene, script, levels, flushed: 0, cnp: false);
        var kinds = model.Cast(1, levels);
        var transitions = new MachineTransitions(model, new CountedFlag(1));
        var state = new MachineState(new CpuState[1]);
        transitions.Begin(ref state, kinds.AsSpan());
        for (int i = 0; i < script.BootCpu.Length; i++)
        {
            transitions.CanStep(state, kinds.AsSpan(), 0);
            transitions.Step(ref state, kinds.AsSpan(), 0);
        }

        Assert.Equal(script.BootCpu.Length, state.Cpus[0].Point);
    }
}
