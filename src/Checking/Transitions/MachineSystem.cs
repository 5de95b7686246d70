using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The machine of N CPUs as a transition system: every interleaving of their programs and of CPU 0's store buffer.
/// </summary>
internal sealed class MachineSystem : ITransitionSystem<Bits256>
{
    // A label is the number of a CPU, or this plus the number of a store.
    private const int DrainLabel = 64;

    private readonly ImmutableArray<ToyCpuKind> _kinds;
    private readonly MachineTransitions _transitions;
    private readonly MachineProperties _properties;
    private readonly StatePacking _packing;
    private readonly StateSymmetry _symmetry;

    public MachineSystem(MachineModel model, int cpus, IReadOnlyList<BbmLevel> levels)
    {
        _kinds = model.Cast(cpus, levels);
        var flag = new CountedFlag(_kinds.Count(k => k.IsCounted));
        _transitions = new MachineTransitions(model, flag);
        _properties = new MachineProperties(model);
        _packing = new StatePacking(model, flag, _kinds);
        _symmetry = new StateSymmetry(model, _kinds, _packing);
        Model = model;
        var state = new ToyState(stackalloc ToyCpuState[cpus]);
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
        var current = new ToyState(before);
        _packing.Unpack(state, ref current);
        Span<ToyCpuState> after = stackalloc ToyCpuState[_kinds.Length];
        for (uint drainable = _transitions.Drainable(current); drainable != 0; drainable &= drainable - 1)
        {
            int store = BitOperations.TrailingZeroCount(drainable);
            var next = Copy(current, after);
            _transitions.Drain(ref next, _kinds.AsSpan(), store);
            into.Add(_packing.Pack(next), DrainLabel + store);
        }

        for (int cpu = 0; cpu < _kinds.Length; cpu++)
        {
            if (!_transitions.CanStep(current, _kinds.AsSpan(), cpu))
                continue;
            var next = Copy(current, after);
            _transitions.Step(ref next, _kinds.AsSpan(), cpu);
            into.Add(_packing.Pack(next), cpu);
        }
    }

    public ulong Violations(in Bits256 state)
    {
        var current = new ToyState(stackalloc ToyCpuState[_kinds.Length]);
        _packing.Unpack(state, ref current);
        return _properties.Violations(current, _kinds.AsSpan(), _transitions.IsFinal(current, _kinds.AsSpan()));
    }

    public bool IsFinal(in Bits256 state)
    {
        var current = new ToyState(stackalloc ToyCpuState[_kinds.Length]);
        _packing.Unpack(state, ref current);
        return _transitions.IsFinal(current, _kinds.AsSpan());
    }

    public Bits256 Canonical(in Bits256 state) => _symmetry.Canonical(state);

    /// <summary>Unpacks a state.</summary>
    internal void Unpack(in Bits256 bits, ref ToyState state) => _packing.Unpack(bits, ref state);

    /// <summary>The CPU that performs a transition; CPU 0 for its store buffer.</summary>
    public static int CpuOf(int label) => label >= DrainLabel ? 0 : label;

    /// <summary>The store that a transition performs; null for a step.</summary>
    public DescriptorStore? StoreOf(int label) => label >= DrainLabel ? Model.Stores[label - DrainLabel] : null;

    private static ToyState Copy(in ToyState state, Span<ToyCpuState> cpus)
    {
        state.Cpus.CopyTo(cpus);
        return new ToyState(cpus) { Performed = state.Performed, Flag = state.Flag };
    }
}
