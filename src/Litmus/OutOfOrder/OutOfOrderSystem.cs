using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Outcomes;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>
/// A litmus test on CPUs that perform events in any order that Arm's model allows. An execution of the model is one in
/// which ordered-before has no cycle, so it is an order in which all events can be performed one after another: every
/// such order is explored, and states that are alike are explored once. Not thread-safe.
/// </summary>
internal sealed class OutOfOrderSystem
{
    private readonly LitmusTest _test;
    private readonly WindowSteps _steps;
    private readonly WindowSettling _settling;
    private readonly DeprecationFlags _deprecations = new();
    private readonly WindowWarning _warning;
    private readonly InternedStates<WindowMemory> _memories;
    private readonly InternedStates<WindowCpu> _cpus;
    private readonly LitmusFinalState _outcome;
    private readonly HashSet<Bits256> _seen = [];
    private readonly Stack<Bits256> _open = new();
    private readonly List<WindowState> _next = [];

    /// <param name="limit">
    /// Bytes that the parts of states may take; beyond it a <see cref="StateLimitException"/> ends the search.
    /// </param>
    public OutOfOrderSystem(LitmusTest test, bool ets2, long limit)
    {
        _test = test;
        _memories = new((memory, writer) => memory.Write(writer), limit / 4);
        // A CPU has the order of its window beside it.
        _cpus = new((cpu, writer) => cpu.Write(writer), limit / 2, overhead: 4096);
        MostStates = limit / 4 / 80;
        ets2 |= test.Variant.Ets2 || test.Variant.Ets3;
        var hardware = new HardwareUpdate(test);
        var programs = new WindowPrograms(test);
        var translation = new WindowTranslation(programs, hardware);
        var tlbis = new WindowTlbis(programs, translation);
        var rule = new BreakBeforeMakeWarning(test);
        _warning = new(test, rule);
        var values = new WindowValues(test, new LitmusStores(test, rule));
        _settling = new(
            programs, new WindowOrdering(programs, translation, values, ets2), tlbis,
            new WindowRetiring(programs, _deprecations));
        _steps = new(
            programs, _settling, tlbis, new WindowWalks(programs, translation, tlbis, ets2),
            new WindowUpdates(programs, translation, tlbis, hardware),
            new WindowReads(translation, tlbis, values), new WindowWrites(translation, tlbis, values, _warning),
            new EarlyEvents(translation, hardware, new RemainingStores(programs, translation)));
        _outcome = new LitmusFinalState(test);
    }

    /// <summary>The flags of Arm's model; none where no run is counted.</summary>
    public IEnumerable<string> Flags => Found.All.Count == 0 ? []
        : (_warning.IsFound ? new[] { BreakBeforeMakeWarning.Flag } : []).Concat(_deprecations.Found);

    /// <summary>Every final state found so far.</summary>
    public FoundStates Found { get; } = new();

    /// <summary>Number of explored states.</summary>
    public int Explored => _seen.Count;

    private long MostStates { get; }

    /// <summary>Explores every state; false where <paramref name="timeIsOver"/> ended it.</summary>
    public bool Explore(CancellationToken timeIsOver, CancellationToken cancellationToken)
    {
        var first = new WindowState(
            new WindowMemory(_test),
            [.. Enumerable.Range(0, _test.Programs.Length).Select(n => new WindowCpu(n, _test.Names.Words.Count))]);
        foreach (var ((cpu, register), value) in _test.Registers)
            first.Cpus[cpu].Registers[register] = value;
        foreach (var cpu in first.Cpus)
            cpu.Next = _test.Programs[cpu.Number].IsEmpty ? -1 : 0;
        Add(first);
        for (int popped = 0; _open.TryPop(out var bits); popped++)
        {
            if (popped % 256 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (timeIsOver.IsCancellationRequested)
                    return false;
            }

            var state = Unpack(bits);
            if (state.Cpus.All(c => c.HasEnded))
                Finish(state);
            // Hardware may still set an AF when all programs have ended.
            _next.Clear();
            _steps.Successors(state, _next);
            // The last state that is added is explored first: events of program order come first, so that a program
            // that never ends comes to its limits soon.
            for (int i = _next.Count - 1; i >= 0; i--)
                Add(_next[i]);
        }

        return true;
    }

    private void Add(WindowState state)
    {
        Bits256 bits = default;
        for (int i = 0; i < state.Cpus.Length; i++)
        {
            var cpu = state.Cpus[i];
            if (cpu.Order is null && !_settling.TrySettle(cpu, state.Memory))
                return;
            bits[(i + 1) / 2] |= (ulong)_cpus.NumberOf(cpu) << ((i + 1) % 2 * 32);
        }

        bits[0] |= _memories.NumberOf(state.Memory);
        if (!_seen.Add(bits))
            return;
        if (_seen.Count > MostStates)
            throw new StateLimitException();
        _open.Push(bits);
    }

    private WindowState Unpack(in Bits256 bits)
    {
        var cpus = new WindowCpu[_test.Programs.Length];
        for (int i = 0; i < cpus.Length; i++)
            cpus[i] = _cpus[(uint)(bits[(i + 1) / 2] >> ((i + 1) % 2 * 32))];
        return new(_memories[(uint)bits[0]], cpus);
    }

    private void Finish(WindowState state)
    {
        var final = FinalStates.Of(_test, state);
        if (_test.Filter is { } filter && !_outcome.Satisfies(final, filter))
            return;
        Found.Add(_outcome.Text(final), _outcome.Satisfies(final));
    }
}
