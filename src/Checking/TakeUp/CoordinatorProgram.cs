using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>
/// The coordinator of the grains, <see cref="ProtocolRunState"/>, unrolled into places: every order that it can give,
/// for every result that an order can have. What the boot CPU does by itself is no place of its own, since no other
/// one can tell it from a pause; that it fails there is a way of the order before it.
/// </summary>
internal sealed class CoordinatorProgram
{
    private const int BootCpu = 0;
    // The epochs for which programs are unrolled. The model puts in its own.
    private const long OwnEpoch = 2;
    private const long Before = 1;
    // No order depends on how long anything takes.
    private const int PageSize = 0;

    private readonly List<ProgramNode> _nodes =
        [.. Enum.GetValues<ProgramAction>().TakeWhile(a => a <= ProgramAction.Gone).Select(ProgramNode.Of)];
    private readonly Dictionary<string, byte> _known = [];
    private readonly Dictionary<(RunPhase, bool), ImmutableArray<ProgramEdge>> _starts = [];
    private readonly TakeUpOptions _options;

    public CoordinatorProgram(TakeUpOptions options, Protocol protocol)
    {
        _options = options;
        ImmutableArray<int> cpus = [.. Enumerable.Range(BootCpu, 1 + options.Secondaries)];
        foreach (bool isFirst in (bool[])[true, false])
        {
            var head = RunHead.Begin(JournalRecords.Writer(OwnEpoch), OwnEpoch);
            Begin(new(protocol, cpus, head, RunPhase.Idle, isFirst ? 0 : Before, Version: 1)
            {
                PageSize = PageSize,
            });
        }

        foreach (var found in Enum.GetValues<RunPhase>().Where(p => p != RunPhase.Idle))
        {
            var head = (RunHead.Begin(JournalRecords.Writer(Before), Before) with { Phase = found })
                .TakeUp(JournalRecords.Writer(OwnEpoch), OwnEpoch);
            Begin(new(protocol, cpus, head, found, Before, Version: 1) { PageSize = PageSize });
        }

        void Begin(RunSetup setup) => _starts[(setup.Found, setup.FoundEpoch == 0)] = Follow(
            ProtocolRunState.Begin(setup with { Quiet = true }, [], RunOutcome.RendezvousTimeout), new());
    }

    public ProgramNode this[byte node] => _nodes[node];

    public int Count => _nodes.Count;

    /// <summary>Where a coordinator begins that has claimed the run.</summary>
    /// <param name="found">The phase of the record that its claim replaced; Idle where the run is new.</param>
    /// <param name="isFirst">No record was written before.</param>
    public ImmutableArray<ProgramEdge> Start(RunPhase found, bool isFirst) => _starts[(found, isFirst)];

    private ImmutableArray<ProgramEdge> Follow(RunState state, ProgramEdge sent) => state.Next switch
    {
        RunOrder.Abandon { Epoch: OwnEpoch } => Follow(state.After(NoAnswers), sent with { AbandonsOwn = true }),
        RunOrder.Abandon => Follow(state.After(NoAnswers), sent with { AbandonsFound = true }),
        // That a CPU hears it is a transition of the CPU.
        RunOrder.Confirm => Follow(state.After(NoAnswers), sent),
        RunOrder.Die => Follow(Done(state), sent with { Kills = true }),
        RunOrder.Save or RunOrder.SendTlbi => Follow(Done(state), sent),
        RunOrder.Perform { Cpus: [BootCpu] } perform => [
            .. Follow(state.After(Answers(perform, isParked: false)), sent)
                .Union(Follow(state.After(Silence(perform)), sent))],
        RunOrder.Perform perform when IsBelieved(perform, state) =>
            Follow(state.After(Answers(perform, isParked: true)), sent),
        _ => [sent with { Target = Node(state) }],
    };

    private byte Node(RunState state)
    {
        var node = state.Next switch
        {
            null => ProgramNode.Of(ProgramAction.End) with { IsCancelled = state.Outcome == RunOutcome.Cancelled },
            RunOrder.ClaimTables => ProgramNode.Of(ProgramAction.ClaimTables) with
            {
                Done = Follow(state.After(new RunResult.Claimed(1)), new()),
            },
            RunOrder.Enter enter => ProgramNode.Of(ProgramAction.Enter) with
            {
                Phase = enter.Phase,
                Done = Follow(Done(state), new()),
            },
            RunOrder.Split split => ProgramNode.Of(ProgramAction.Split) with
            {
                Done = Follow(state.After(Part(split, outOfMemory: false)), new()),
                Failed = Follow(state.After(Part(split, outOfMemory: true)), new()),
            },
            RunOrder.Perform perform => OfPerform(state, perform),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is no order of a quiet run"),
        };
        if (state.CanCancel)
            node = node with { Cancelled = Follow(state.Cancel(), new()) };
        return Known(node);
    }

    private ProgramNode OfPerform(RunState state, RunOrder.Perform perform)
    {
        bool isPark = perform.Steps.Contains(CountIn.Instance);
        return ProgramNode.Of(isPark ? ProgramAction.Park : ProgramAction.Resume) with
        {
            Done = Follow(state.After(Answers(perform, isPark)), new()),
            Failed = Follow(state.After(Silence(perform)), new()),
            Short = isPark ? Follow(state.After(Answers(perform, isParked: false)), new()) : [],
        };
    }

    // Two places from which the same can happen are one.
    private byte Known(ProgramNode node)
    {
        string key = string.Join('|', node.Action, node.Phase, node.IsCancelled, string.Join(',', node.Done),
            string.Join(',', node.Failed), string.Join(',', node.Short), string.Join(',', node.Cancelled));
        if (_known.TryGetValue(key, out byte known))
            return known;
        _nodes.Add(node);
        return _known[key] = checked((byte)(_nodes.Count - 1));
    }

    private bool IsBelieved(RunOrder.Perform perform, RunState state) => _options.Has(OldRules.BelievesParked)
        && state.Setup.Found == RunPhase.Changing && perform.Steps.Contains(CountIn.Instance);

    // What a CPU says when an epoch is given up decides nothing.
    private static RunResult.Answers NoAnswers { get; } = new([], [], []);

    private static RunState Done(RunState state) => state.After(RunResult.Done.Instance);

    private static RunResult.Answers Answers(RunOrder.Perform perform, bool isParked) => new(
        [.. perform.Cpus.Select(c => new CpuFacts(c, false, isParked, !isParked, false, false, []))], [], []);

    private static RunResult.Answers Silence(RunOrder.Perform perform) => new([], perform.Cpus, []);

    // Ranges that may be split in one call are split in calls of their own here: a pause or a loss between them is one
    // more state, and what a single call does is among the ways through it.
    private static RunResult.Split Part(RunOrder.Split split, bool outOfMemory) =>
        new(split.Number + 1, split.From, !outOfMemory, 1, split.Number, outOfMemory);
}
