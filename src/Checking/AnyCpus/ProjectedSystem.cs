using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.AnyCpus;

/// <summary>
/// A machine of any number of CPUs, reduced to CPU 0 and one other, with CPU 1 between them if it stores descriptors.
/// Every step here is one that some machine can make; the caller adds what the omitted CPUs do to the shared state.
/// </summary>
internal sealed class ProjectedSystem
{
    private readonly MachineTransitions _transitions;
    private readonly MachineProperties _properties;
    private readonly StatePacking _packing;
    private readonly ImmutableArray<ToyCpuKind> _kinds;
    // The number of CPUs that have a state as one of several writers.
    private readonly int _writers;
    private readonly uint _kernel;

    /// <param name="other">The kind of the other CPU of the pair.</param>
    public ProjectedSystem(MachineModel model, ToyCpuKind other)
    {
        _kinds = model is { SeveralWriters: true, Outsider: { } outsider }
            ? [model.BootCpu, outsider, other] : [model.BootCpu, other];
        _writers = model.SeveralWriters ? _kinds.Length : 0;
        var flag = new ProjectedFlag(new(model, cpus: null));
        _transitions = new MachineTransitions(model, flag);
        _properties = new MachineProperties(model);
        _packing = new StatePacking(model, flag, _kinds);
        _kernel = model.Universe.Kernel;
        Kind = other;
    }

    public ToyCpuKind Kind { get; }

    public Bits256 Initial
    {
        get
        {
            var state = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
            _transitions.Begin(ref state, _kinds.AsSpan());
            return _packing.Pack(state);
        }
    }

    /// <summary>The part of the state that all CPUs share.</summary>
    public SharedState SharedOf(in Bits256 bits)
    {
        var state = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(bits, ref state);
        return new(
            state.Memory, state.Flag, state.Cpus[0],
            _writers > 0 ? SharedWriters.Of(state, _kinds.Length > 2) : default);
    }

    /// <summary>Every step of the shared CPUs, of their store buffers, and of the other CPU of the pair.</summary>
    public (List<Bits256> ByShared, List<Bits256> ByOther) Successors(in Bits256 bits)
    {
        var current = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(bits, ref current);
        Span<ToyCpuState> after = stackalloc ToyCpuState[_kinds.Length];
        Span<ToyWriterState> writersAfter = stackalloc ToyWriterState[_writers];
        var byShared = new List<Bits256>();
        var byOther = new List<Bits256>();
        for (int cpu = 0; cpu < _kinds.Length; cpu++)
        {
            var by = cpu < _kinds.Length - 1 ? byShared : byOther;
            uint drainable = _transitions.Drainable(current, _kinds.AsSpan(), cpu);
            for (; drainable != 0; drainable &= drainable - 1)
            {
                var next = current.CopyTo(after, writersAfter);
                _transitions.Drain(ref next, _kinds.AsSpan(), cpu, BitOperations.TrailingZeroCount(drainable));
                by.Add(_packing.Pack(next));
            }

            if (_transitions.CanTake(current, _kinds.AsSpan(), cpu))
            {
                var taken = current.CopyTo(after, writersAfter);
                _transitions.Take(ref taken, _kinds.AsSpan(), cpu);
                by.Add(_packing.Pack(taken));
            }

            if (!_transitions.CanStep(current, _kinds.AsSpan(), cpu))
                continue;
            var stepped = current.CopyTo(after, writersAfter);
            _transitions.Step(ref stepped, _kinds.AsSpan(), cpu);
            by.Add(_packing.Pack(stepped));
        }

        return (byShared, byOther);
    }

    /// <summary>The state after an omitted CPU has changed the shared part.</summary>
    public Bits256 Disturb(in Bits256 bits, in SharedState shared)
    {
        var state = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(bits, ref state);
        (state.Memory, state.Flag, state.Cpus[0]) = (shared.Memory, shared.Flag, shared.Boot);
        if (_writers > 0)
            shared.Writers.Set(ref state, _kinds.Length > 2);
        _transitions.Close(ref state, _kinds.AsSpan());
        return _packing.Pack(state);
    }

    /// <summary>
    /// What the other CPU holds for CPUs that share, and what a pending broadcast TLBI leaves of it, if it shares and
    /// CPU 0 does not.
    /// </summary>
    public (uint Held, uint Left)? SharedEntriesOf(in Bits256 bits)
    {
        if (_kinds.Length > 2)
            return null;
        var state = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(bits, ref state);
        return Shares(state, 1) && !Shares(state, 0)
            ? (state.Cpus[1].MaySet, _writers > 0 ? state.Writers[0].After[1] : state.Cpus[1].MaySetAfterBroadcast)
            : null;
    }

    /// <summary>The state after the CPUs of the pair that share have taken what an omitted CPU shares.</summary>
    public Bits256 WithShared(in Bits256 bits, (uint Held, uint Left) entries)
    {
        var state = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(bits, ref state);
        bool broadcast = _kinds[0].Points[state.Cpus[0].Point].BroadcastPending;
        for (int i = 0; i < _kinds.Length; i++)
        {
            if (!Shares(state, i))
                continue;
            ref var cpu = ref state.Cpus[i];
            cpu.MaySet |= entries.Held & _kernel;
            if (_kinds[i].Points[cpu.Point].LocalPending)
                cpu.MaySetAfterLocal |= entries.Held & _kernel;
            else if (broadcast && i == 0)
                cpu.MaySetAfterLocal |= entries.Left & _kernel;
            if (broadcast && i > 0 && _writers > 0)
                state.Writers[0].After[i] |= entries.Left & _kernel;
            else if (broadcast && i > 0)
                cpu.MaySetAfterBroadcast |= entries.Left & _kernel;
        }

        _transitions.Close(ref state, _kinds.AsSpan());
        return _packing.Pack(state);
    }

    private bool Shares(in ToyState state, int cpu) => _kinds[cpu].Points[state.Cpus[cpu].Point].Shares;

    public ulong Violations(in Bits256 bits)
    {
        var state = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(bits, ref state);
        return _properties.Violations(state, _kinds.AsSpan(), _transitions.IsFinal(state, _kinds.AsSpan()));
    }

    public bool IsFinal(in Bits256 bits)
    {
        var state = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(bits, ref state);
        return _transitions.IsFinal(state, _kinds.AsSpan());
    }
}
