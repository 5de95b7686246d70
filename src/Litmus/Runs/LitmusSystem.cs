using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Outcomes;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Runs;

/// <summary>
/// A litmus test as a transition system: every interleaving of its programs, every translation that an access may use,
/// and every order in which store buffers drain. Not thread-safe.
/// </summary>
internal sealed partial class LitmusSystem : ITransitionSystem<Bits256>
{
    private const int DrainLabel = 1 << 20;
    private const int UpdateLabel = 1 << 21;
    private const int SpuriousLabel = 1 << 22;
    private const int MemoryLabels = DrainLabel | UpdateLabel | SpuriousLabel;
    private const int ChoiceBits = 12;

    private readonly LitmusTest _test;
    private readonly LitmusSteps _steps;
    private readonly LitmusStores _stores;
    private readonly HardwareUpdate _hardware;
    private readonly InternedStates<LitmusMemory> _memories;
    private readonly InternedStates<LitmusCpu> _cpus;
    private readonly bool _conflictsAtAnyTime;

    /// <param name="limit">
    /// Bytes that the parts of states may take; beyond it a <see cref="StateLimitException"/> ends the search.
    /// </param>
    public LitmusSystem(LitmusTest test, bool ets2, long limit)
    {
        ets2 |= test.Variant.Ets2;
        _test = test;
        _memories = new((memory, writer) => memory.Write(writer), limit / 2);
        _cpus = new((cpu, writer) => cpu.Write(writer), limit / 2);
        Layout = new LitmusLayout(test);
        Slots = new LitmusSlots(test, Layout);
        Tlb = new LitmusTlb(test, Layout, Slots);
        _hardware = new HardwareUpdate(test);
        Translation = new LitmusTranslation(test, Layout, Slots, Tlb, _hardware);
        Warning = new BreakBeforeMakeWarning(test);
        Outcome = new LitmusFinalState(test);
        _conflictsAtAnyTime = Outcome.ConflictsAtAnyTime.Any();
        if (Outcome.AsksAboutConflicts && !test.JudgesConflicts)
            throw new InputException(
                test.Source, 1,
                "expected a line BBM=… with the level of each CPU, since the test asks about conflicts; found none");
        _stores = new LitmusStores(test, Warning);
        var context = new LitmusContext(test, Tlb);
        var reach = new LitmusReach(test, Tlb, Translation, _hardware, context, ets2);
        _steps = new LitmusSteps(
            test, Tlb, new LitmusInvalidation(test, Layout, Slots, Tlb), context,
            reach, new LitmusAccesses(test, reach, _stores), new LitmusAtomics(test, reach, _stores), ets2);
        Initial = Pack(First());
    }

    public LitmusLayout Layout { get; }

    public LitmusSlots Slots { get; }

    public LitmusTlb Tlb { get; }

    public LitmusTranslation Translation { get; }

    public LitmusFinalState Outcome { get; }

    public BreakBeforeMakeWarning Warning { get; }

    /// <summary>The flags of Arm's model; none where no run is counted.</summary>
    public IEnumerable<string> Flags => Found.All.Count == 0 ? []
        : (Warning.Found is null ? [] : new[] { BreakBeforeMakeWarning.Flag }).Concat(_steps.Deprecations.Found);

    public Bits256 Initial { get; }

    /// <summary>Every final state found so far.</summary>
    public FoundStates Found { get; } = new();

    public void Successors(in Bits256 state, SuccessorBuffer<Bits256> into)
    {
        var current = Unpack(state);
        foreach (int word in _hardware.Spurious(current))
            AddAfter(current, SpuriousLabel | word, into);
        for (int cpu = 0; cpu < current.Cpus.Length; cpu++)
        {
            foreach (int store in LitmusStores.Drainable(current, current.Cpus[cpu]))
                AddAfter(current, DrainLabel | cpu << ChoiceBits | store, into);
            if (current.Cpus[cpu].Updates.Count > 0)
                AddAfter(current, UpdateLabel | cpu << ChoiceBits, into);
            if (!_steps.CanStep(current, cpu))
                continue;
            for (int choice = 0; ; choice++)
            {
                var next = current.Copy();
                if (!_steps.TryStep(next, cpu, choice, out bool runs))
                    break;
                if (runs)
                    Add(next, cpu << ChoiceBits | choice, into);
            }
        }
    }

    public ulong Violations(in Bits256 state)
    {
        var current = Unpack(state);
        ulong violated = LitmusProperties.Conflicts(_test, Translation, current);
        if (!IsFinal(current) || (_test.Filter is { } filter && !Outcome.Satisfies(current, filter)))
            return violated;
        bool satisfies = Outcome.Satisfies(current);
        Found.Add(Outcome.Text(current), satisfies);
        bool forbidden = _test.Condition.Quantifier switch
        {
            LitmusQuantifier.NotExists => satisfies,
            LitmusQuantifier.ForAll => !satisfies,
            _ => false,
        };
        return forbidden ? violated | LitmusProperties.ForbiddenOutcome : violated;
    }

    public bool IsFinal(in Bits256 state) => IsFinal(Unpack(state));

    public Bits256 Canonical(in Bits256 state) => state;

    private void Add(LitmusState next, int label, SuccessorBuffer<Bits256> into)
    {
        RunPrivate(next, null);
        if (_conflictsAtAnyTime)
            RecordConflicts(next);
        into.Add(Pack(next), label);
    }

    // Instructions that change only a CPU's own registers and floors run at once: their position among other CPUs'
    // steps changes no outcome.
    private void RunPrivate(LitmusState state, Action<int, Instruction>? tell)
    {
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
        {
            for (int steps = 0; _steps.IsPrivate(state, cpu) && steps <= ProgramReader.MaxInstructions; steps++)
            {
                var instruction = _test.Programs[cpu][state.Cpus[cpu].At];
                _steps.TryStep(state, cpu, 0, out _);
                tell?.Invoke(cpu, instruction);
            }
        }
    }

    private void RecordConflicts(LitmusState state)
    {
        for (int cpu = 0; cpu < state.Cpus.Length; cpu++)
        {
            for (int page = 0; page < _test.Names.Pages.Count; page++)
            {
                var record = new FaultRecord(-1, LitmusValue.Address(page), LitmusFault.Conflict);
                if (!state.Cpus[cpu].Faults.Contains(record) && Translation.Conflict(state, cpu, page) is not null)
                    state.Cpus[cpu].Faults.Add(record);
            }
        }
    }

    private static bool IsFinal(LitmusState state) =>
        state.Cpus.All(c => c.HasEnded && c.Buffer.Count == 0 && c.Updates.Count == 0);
}
