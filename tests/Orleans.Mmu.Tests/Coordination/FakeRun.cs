using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Tests.Coordination;

/// <summary>A run whose orders are performed over a list instead of grains.</summary>
internal sealed class FakeRun
{
    private static readonly VirtualAddress Va = new(0xffff_0000_4000_0000);

    private readonly List<string> _lines = [];
    private long _version = 1;
    private long _blocks;

    public List<RunOrder> Orders { get; } = [];

    /// <summary>Parts that a range is split in.</summary>
    public int Parts { get; init; } = 2;

    /// <summary>Gives another result than the usual one; null for the usual one.</summary>
    public Func<RunOrder, RunState, RunResult?> Instead { get; init; } = (_, _) => null;

    /// <summary>Sees each order with the state that gave it.</summary>
    public Action<RunOrder, RunState> Watch { get; init; } = (_, _) => { };

    public string Text => string.Join('\n', _lines) + "\n";

    public static RunSetup Setup(
        Protocol protocol, RunPhase found = RunPhase.Idle, bool quiet = false, int cpus = 3) => new(
        protocol, [.. Enumerable.Range(0, cpus)],
        found == RunPhase.Idle ? RunHead.Begin(default, 1)
            : (RunHead.Begin(default, 1) with { Phase = found }).TakeUp(default, 2),
        found, found == RunPhase.Idle ? 0 : 1, Version: 1)
        {
            PageSize = 4096,
            Quiet = quiet,
            ExpectedBlocks = 8,
            WindowsPerRange = 4,
        };

    public static RunState Begin(RunSetup setup) => ProtocolRunState.Begin(setup, [], RunOutcome.RendezvousTimeout);

    /// <summary>Performs a run to its end.</summary>
    public RunState Perform(RunState state)
    {
        var parts = new Dictionary<string, int>();
        while (state.Next is { } order)
        {
            Assert.True(Orders.Count < 1000, "the run does not end");
            Orders.Add(order);
            _lines.Add(TextOf(order));
            Watch(order, state);
            state = state.After(Instead(order, state) ?? Usual(order, parts));
        }

        _lines.Add($"ends as {state.Outcome} in {state.Phase}");
        return state;
    }

    /// <summary>The answers of CPUs that did what they were asked.</summary>
    public static RunResult.Answers Answers(
        IEnumerable<int> cpus, bool isParked, bool seesMap, bool hasRecorded = false) =>
        new([.. cpus.Select(c => new CpuFacts(c, false, isParked, seesMap, false, hasRecorded, []))], [], []);

    private RunResult Usual(RunOrder order, Dictionary<string, int> parts)
    {
        switch (order)
        {
            case RunOrder.Perform { Steps: var steps } perform:
                bool parks = steps.Contains(CountIn.Instance);
                return Answers(perform.Cpus, parks, !parks);
            case RunOrder.Confirm confirm:
                return Answers(confirm.Cpus, false, true);
            case RunOrder.Look look:
                return Answers(look.Cpus, false, true);
            case RunOrder.Abandon abandon:
                return Answers(abandon.Cpus, false, true);
            case RunOrder.Split split:
                var first = PartOf(split.Step, parts);
                return first with { Then = first.IsDone ? [.. split.Then.Select(s => PartOf(s, parts))] : [] };
            case RunOrder.PlanSpeculation:
                return new RunResult.Planned(new SpeculationPlan(1, [Va], 1));
            case RunOrder.ClaimTables:
                return new RunResult.Claimed(_version);
            default:
                return RunResult.Done.Instance;
        }
    }

    private RunResult.Split PartOf(SplitToPages step, Dictionary<string, int> parts)
    {
        int done = parts[step.Text] = parts.GetValueOrDefault(step.Text) + 1;
        return new(++_version, Va + (ulong)done, done >= Parts, 1, ++_blocks, false);
    }

    private static string TextOf(RunOrder order) => order switch
    {
        RunOrder.Perform p =>
            Invariant($"{p.Sequence} CPUs {Cpus(p.Cpus)}: {string.Join("; ", p.Steps.Select(s => s.Text))}")
            + (p.AfterTlbi ? " (after the TLBI)" : ""),
        RunOrder.Look look => Invariant(
            $"window {look.Window.Ordinal} of versions {look.Window.OrderedVersion} to {look.Window.CurrentVersion}")
            + $" for CPUs {Cpus(look.Cpus)}, after {look.Window.After}",
        RunOrder.SendTlbi tlbi => Invariant($"TLBI {tlbi.Operation} as number {tlbi.Ordinal}"),
        RunOrder.Split split => Invariant(
            $"split {split.Number}: {string.Join(", then ", [split.Step, .. split.Then])}, budget {split.Budget}"),
        RunOrder.Enter enter => $"journal: {enter.Phase}" + (enter.Outcome is { } outcome ? $", {outcome}" : ""),
        RunOrder.Save => "journal: what was found",
        RunOrder.Confirm confirm => $"CPUs {Cpus(confirm.Cpus)} confirm that they are the newest",
        RunOrder.Abandon abandon => Invariant($"CPUs {Cpus(abandon.Cpus)} abandon epoch {abandon.Epoch}"),
        RunOrder.Die die => $"CPUs {Cpus(die.Cpus)} die",
        RunOrder.PlanSpeculation => "plan the speculation",
        RunOrder.ClaimTables => "claim the tables",
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "no such order"),
    };

    private static string Cpus(ImmutableArray<int> cpus) => string.Join(',', cpus);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
