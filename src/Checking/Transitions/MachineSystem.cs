using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The machine of N CPUs as a transition system: every interleaving of their programs and of their store buffers.
/// </summary>
internal sealed class MachineSystem : ITransitionSystem<Bits256>
{
    // A label is the number of a CPU that performs a step, the first number below plus that of a CPU that takes an
    // interrupt, or the second plus the number of a store, and for each CPU the maximum of stores.
    private const int InterruptLabel = 32;
    private const int DrainLabel = 64;
    private const int StoresOfCpu = 32;

    private readonly ImmutableArray<ToyCpuKind> _kinds;
    private readonly MachineTransitions _transitions;
    private readonly MachineProperties _properties;
    private readonly StatePacking _packing;
    private readonly StateSymmetry _symmetry;
    // The number of CPUs that have a state as one of several writers.
    private readonly int _writers;

    public MachineSystem(MachineModel model, int cpus, IReadOnlyList<BbmLevel> levels)
    {
        _kinds = model.Cast(cpus, levels);
        var flag = new CountedFlag(_kinds.Count(k => k.IsCounted), new(model, cpus));
        _transitions = new MachineTransitions(model, flag);
        _properties = new MachineProperties(model);
        _packing = new StatePacking(model, flag, _kinds);
        _symmetry = new StateSymmetry(model, _kinds, _packing);
        Model = model;
        _writers = model.SeveralWriters ? cpus : 0;
        var state = new ToyState(stackalloc ToyCpuState[cpus], stackalloc ToyWriterState[_writers]);
        _transitions.Begin(ref state, _kinds.AsSpan());
        Initial = _packing.Pack(state);
    }

    public MachineModel Model { get; }

    public ImmutableArray<ToyCpuKind> Kinds => _kinds;

    public MachineProperties Properties => _properties;

    /// <summary>The number of bits of a state.</summary>
    public int Width => _packing.Width;

    public Bits256 Initial { get; }

    public void Successors(in Bits256 state, SuccessorBuffer<Bits256> into)
    {
        Span<ToyCpuState> before = stackalloc ToyCpuState[_kinds.Length];
        var current = new ToyState(before, stackalloc ToyWriterState[_writers]);
        _packing.Unpack(state, ref current);
        Span<ToyCpuState> after = stackalloc ToyCpuState[_kinds.Length];
        Span<ToyWriterState> writersAfter = stackalloc ToyWriterState[_writers];
        for (int cpu = 0; cpu < Math.Max(1, _writers); cpu++)
        {
            uint drainable = _transitions.Drainable(current, _kinds.AsSpan(), cpu);
            for (; drainable != 0; drainable &= drainable - 1)
            {
                int store = BitOperations.TrailingZeroCount(drainable);
                var next = current.CopyTo(after, writersAfter);
                _transitions.Drain(ref next, _kinds.AsSpan(), cpu, store);
                into.Add(_packing.Pack(next), DrainLabel + cpu * StoresOfCpu + store);
            }
        }

        for (int cpu = 0; cpu < _kinds.Length; cpu++)
        {
            if (!_transitions.CanStep(current, _kinds.AsSpan(), cpu))
                continue;
            var next = current.CopyTo(after, writersAfter);
            _transitions.Step(ref next, _kinds.AsSpan(), cpu);
            into.Add(_packing.Pack(next), cpu);
        }

        for (int cpu = 0; Model.HasInterrupts && cpu < _kinds.Length; cpu++)
        {
            if (!_transitions.CanTake(current, _kinds.AsSpan(), cpu))
                continue;
            var next = current.CopyTo(after, writersAfter);
            _transitions.Take(ref next, _kinds.AsSpan(), cpu);
            into.Add(_packing.Pack(next), InterruptLabel + cpu);
        }
    }

    public ulong Violations(in Bits256 state)
    {
        var current = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(state, ref current);
        return _properties.Violations(current, _kinds.AsSpan(), _transitions.IsFinal(current, _kinds.AsSpan()));
    }

    public bool IsFinal(in Bits256 state)
    {
        var current = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(state, ref current);
        return _transitions.IsFinal(current, _kinds.AsSpan());
    }

    public Bits256 Canonical(in Bits256 state) => _symmetry.Canonical(state);

    /// <summary>A state of the machine, unpacked.</summary>
    internal ToyState Unpacked(in Bits256 bits)
    {
        var state = new ToyState(new ToyCpuState[_kinds.Length], new ToyWriterState[_writers]);
        _packing.Unpack(bits, ref state);
        return state;
    }

    /// <summary>Memory as the walks of a CPU see it.</summary>
    internal MemoryView ViewOf(in ToyState state, int cpu) =>
        Model.ViewOf(state, _kinds.AsSpan(), cpu, Model.View(state.Memory));

    /// <summary>The CPU that performs a transition, or whose store buffer does.</summary>
    public static int CpuOf(int label) =>
        label >= DrainLabel ? (label - DrainLabel) / StoresOfCpu : label % InterruptLabel;

    /// <summary>Whether a CPU takes an interrupt by a transition.</summary>
    public static bool IsInterrupt(int label) => label is >= InterruptLabel and < DrainLabel;

    /// <summary>The store that a transition performs; null for a step.</summary>
    public DescriptorStore? StoreOf(int label) => label < DrainLabel ? null
        : Model.StoresOf(_kinds[CpuOf(label)])[(label - DrainLabel) % StoresOfCpu];

    /// <summary>The stores in a CPU's store buffer.</summary>
    internal IEnumerable<DescriptorStore> Buffered(in ToyState state, int cpu)
    {
        var kind = _kinds[cpu];
        uint pending = kind.Writer is { } writer
            ? writer.IssuedBefore[state.Cpus[cpu].Point] & ~state.Writers[cpu].Performed
            : cpu == 0 ? Model.IssuedBefore[state.Cpus[0].Point] & ~state.Memory : 0;
        return Model.StoresOf(kind).Where(s => (s.Bit & pending) != 0);
    }
}
