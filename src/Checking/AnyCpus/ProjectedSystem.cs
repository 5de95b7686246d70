using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.AnyCpus;

/// <summary>
/// A machine of any number of CPUs, reduced to CPU 0 and one other. Every step here is one that some machine can make;
/// the caller adds what the omitted CPUs do to the shared state.
/// </summary>
internal sealed class ProjectedSystem
{
    private readonly MachineTransitions _transitions;
    private readonly MachineProperties _properties;
    private readonly StatePacking _packing;
    private readonly ImmutableArray<ToyCpuKind> _kinds;

    /// <param name="other">The kind of the other CPU of the pair.</param>
    public ProjectedSystem(MachineModel model, ToyCpuKind other)
    {
        _kinds = [model.BootCpu, other];
        var flag = new ProjectedFlag();
        _transitions = new MachineTransitions(model, flag);
        _properties = new MachineProperties(model);
        _packing = new StatePacking(model, flag, _kinds);
        Kind = other;
    }

    public ToyCpuKind Kind { get; }

    public Bits256 Initial
    {
        get
        {
            var state = new ToyState(stackalloc ToyCpuState[2]);
            _transitions.Begin(ref state, _kinds.AsSpan());
            return _packing.Pack(state);
        }
    }

    /// <summary>The part of the state that all CPUs share.</summary>
    public SharedState SharedOf(in Bits256 bits)
    {
        var state = new ToyState(stackalloc ToyCpuState[2]);
        _packing.Unpack(bits, ref state);
        return new(state.Performed, state.Flag, state.Cpus[0].UsableUntilIsb, state.Cpus[0].Point, state.Cpus[0].MaySet,
            state.Cpus[0].MaySetAfterLocal);
    }

    /// <summary>Every step of CPU 0, of its store buffer, and of the other CPU of the pair.</summary>
    public (List<Bits256> ByBoot, List<Bits256> ByOther) Successors(in Bits256 bits)
    {
        var current = new ToyState(stackalloc ToyCpuState[2]);
        _packing.Unpack(bits, ref current);
        Span<ToyCpuState> after = stackalloc ToyCpuState[2];
        var byBoot = new List<Bits256>();
        var byOther = new List<Bits256>();
        for (uint drainable = _transitions.Drainable(current); drainable != 0; drainable &= drainable - 1)
        {
            var next = Copy(current, after);
            _transitions.Drain(ref next, _kinds.AsSpan(), BitOperations.TrailingZeroCount(drainable));
            byBoot.Add(_packing.Pack(next));
        }

        for (int cpu = 0; cpu < 2; cpu++)
        {
            if (!_transitions.CanStep(current, _kinds.AsSpan(), cpu))
                continue;
            var next = Copy(current, after);
            _transitions.Step(ref next, _kinds.AsSpan(), cpu);
            (cpu == 0 ? byBoot : byOther).Add(_packing.Pack(next));
        }

        return (byBoot, byOther);
    }

    /// <summary>The state after an omitted CPU has changed the shared part.</summary>
    public Bits256 Disturb(in Bits256 bits, in SharedState shared)
    {
        var state = new ToyState(stackalloc ToyCpuState[2]);
        _packing.Unpack(bits, ref state);
        (state.Performed, state.Flag) = (shared.Performed, shared.Flag);
        state.Cpus[0] = new ToyCpuState
        {
            Point = shared.BootPoint,
            MaySet = shared.BootUsable,
            MaySetAfterLocal = shared.BootAfterOwn,
            UsableUntilIsb = shared.BootZombies,
        };
        _transitions.Close(ref state, _kinds.AsSpan());
        return _packing.Pack(state);
    }

    public ulong Violations(in Bits256 bits)
    {
        var state = new ToyState(stackalloc ToyCpuState[2]);
        _packing.Unpack(bits, ref state);
        return _properties.Violations(state, _kinds.AsSpan(), _transitions.IsFinal(state, _kinds.AsSpan()));
    }

    public bool IsFinal(in Bits256 bits)
    {
        var state = new ToyState(stackalloc ToyCpuState[2]);
        _packing.Unpack(bits, ref state);
        return _transitions.IsFinal(state, _kinds.AsSpan());
    }

    private static ToyState Copy(in ToyState state, Span<ToyCpuState> cpus)
    {
        state.Cpus.CopyTo(cpus);
        return new ToyState(cpus) { Performed = state.Performed, Flag = state.Flag };
    }
}
