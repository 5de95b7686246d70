using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Checking.Replay;

/// <summary>
/// Compares the events of a counterexample with its protocol's programs: each must be a step that its CPU, or the CPU's
/// store buffer, can perform next. The file is untrusted input, and a run under a protocol's name must be a run of that
/// protocol.
/// </summary>
internal sealed class ReplayPath
{
    private readonly ImmutableArray<ToyCpuKind> _kinds;
    private readonly MachineModel _model;
    private readonly MachineTransitions _transitions;
    private readonly ToyCpuState[] _cpus;
    private readonly ToyWriterState[] _writers;
    private uint _memory;
    private uint _flag;

    public ReplayPath(CheckedProtocol protocol, ImmutableArray<BbmLevel> levels)
    {
        _model = protocol.Model(new CheckOptions { Levels = levels });
        _kinds = _model.Cast(levels.Length, levels);
        _transitions = new MachineTransitions(_model, new CountedFlag(levels.Length, new(_model, levels.Length)));
        _cpus = new ToyCpuState[levels.Length];
        _writers = new ToyWriterState[_model.SeveralWriters ? levels.Length : 0];
        var state = new ToyState(_cpus, _writers);
        _transitions.Begin(ref state, _kinds.AsSpan());
        Keep(state);
    }

    /// <summary>A CPU performs a step.</summary>
    /// <returns>Null, or the step that it would have to perform instead.</returns>
    public string? Perform(int cpu, Step step)
    {
        var program = _kinds[cpu].Program;
        int at = _cpus[cpu].Point;
        if (at >= program.Length)
            return $"CPU {cpu} to do nothing any more";
        var next = program[at].Step;
        if (next != step)
            return $"CPU {cpu} to perform \"{next}\" ({next.Code})";
        var state = Now();
        if (!_transitions.CanStep(state, _kinds.AsSpan(), cpu))
            return $"CPU {cpu} to wait";
        _transitions.Step(ref state, _kinds.AsSpan(), cpu);
        Keep(state);
        return null;
    }

    /// <summary>A store leaves a CPU's store buffer.</summary>
    /// <param name="word">The word's name; null for the flag.</param>
    /// <returns>Null, or the stores that were possible.</returns>
    public string? Store(int cpu, string? word, string? content)
    {
        var state = Now();
        var drainable = new List<DescriptorStore>();
        for (uint mask = _transitions.Drainable(state, _kinds.AsSpan(), cpu); mask != 0; mask &= mask - 1)
            drainable.Add(_model.StoresOf(_kinds[cpu])[BitOperations.TrailingZeroCount(mask)]);
        var store = drainable.Find(
            s => word is null ? s.IsFlag : s.Word?.ToString() == word && s.Content.ToString() == content);
        if (store is null)
            return drainable.Count == 0
                ? "no store to be pending" : $"one of {string.Join("; ", drainable)} to be performed";
        _transitions.Drain(ref state, _kinds.AsSpan(), cpu, store.Index);
        Keep(state);
        return null;
    }

    private ToyState Now() => new(_cpus, _writers) { Memory = _memory, Flag = _flag };

    private void Keep(in ToyState state) => (_memory, _flag) = (state.Memory, state.Flag);
}
