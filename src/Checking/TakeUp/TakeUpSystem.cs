using System.Runtime.CompilerServices;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>
/// A run of a protocol whose coordinators may be followed: a machine hands out epochs; a coordinator of each claims the
/// run and performs it, at any pace, until it ends, is told that it is over, or is lost. The journal is a record in
/// storage, written by compare and set, and an activation with an older copy that answers, too. Messages arrive at any
/// time, any number of times. CPUs lose their memory and ask where they stand.
/// </summary>
/// <remarks>
/// All that decides is <see cref="RunHead"/>, <see cref="Coordination.Cpus.CpuStanding"/>,
/// <see cref="Coordination.Cpus.EpochGate"/> and <see cref="Coordination.Runs.ProtocolRunState"/>, which the grains
/// perform.
/// </remarks>
internal sealed partial class TakeUpSystem : ITransitionSystem<TakeUpState>
{
    private readonly TakeUpOptions _options;
    private readonly JournalRecords _records;
    private readonly CoordinatorProgram _program;

    public TakeUpSystem(TakeUpOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TakeUps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.TakeUps, TakeUpState.MaxCoordinators);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Secondaries, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Secondaries, TakeUpState.MaxSecondaries);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Rebirths);
        _options = options;
        var protocol = RepaintProtocols.IdmapReserved;
        _records = new(options, protocol);
        _program = new(options, protocol);
        var initial = default(TakeUpState);
        for (int cpu = 0; cpu < options.Secondaries; cpu++)
            initial.Cpus[cpu].Life = CpuLife.Runs;
        Initial = initial;
    }

    public TakeUpState Initial { get; }

    public TakeUpState Canonical(in TakeUpState state) => state;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Successors(in TakeUpState state, SuccessorBuffer<TakeUpState> into)
    {
        // What a violation leads to says nothing more.
        if (Violations(state) != 0)
            return;
        if (state.Handed < _options.TakeUps)
            into.Add(HandOut(state, state.Handed + 1), TakeUpLabel.Of(TakeUpKind.HandOut, state.Handed + 1));
        if (state.Stale != state.Stored)
        {
            var next = state;
            next.Stale = state.Stored;
            into.Add(next, TakeUpLabel.Of(TakeUpKind.Refresh, 0));
        }

        for (int epoch = 1; epoch <= state.Handed; epoch++)
            Coordinator(state, epoch, into);
        for (int at = 0; at < 2 * TakeUpState.MaxSecondaries; at++)
            Cpu(state, at, into);
    }

    public ulong Violations(in TakeUpState state)
    {
        bool isBetween = state.IsBetween != 0
            || _records[state.Stored].Phase is RunPhase.Changing or RunPhase.Halted;
        ulong sees = isBetween && state.Cpus[_options.Secondaries - 1].Life == CpuLife.Runs
            ? 1UL << (int)TakeUpProperty.SeesMap : 0;
        return state.Wrong | sees;
    }

    /// <summary>
    /// The run is over, and no CPU waits for anything; after a halt it waits for ever, as it must.
    /// </summary>
    public bool IsFinal(in TakeUpState state)
    {
        if (state.Wrong != 0 || Violations(state) != 0)
            return true;
        var head = _records[state.Stored];
        if (head.Life is not (RunLife.Ended or RunLife.Cancelled))
            return false;
        for (int cpu = 0; cpu < _options.Secondaries; cpu++)
        {
            if (!(state.Cpus[cpu].Life is CpuLife.Runs or CpuLife.Dead
                || (state.Cpus[cpu].Life == CpuLife.Waits && head.Phase == RunPhase.Halted)))
                return false;
        }

        return true;
    }

    private static void Flag(ref TakeUpState state, TakeUpProperty property) =>
        state.Wrong |= (byte)(1 << (int)property);

    private static TakeUpState HandOut(in TakeUpState state, int owner)
    {
        var next = state;
        next.Handed++;
        ref var slot = ref next.Coordinators[next.Handed - 1];
        slot.Node = (byte)ProgramAction.Read;
        slot.Owner = (byte)owner;
        return next;
    }
}
