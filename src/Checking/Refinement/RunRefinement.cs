using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Checking.Refinement;

/// <summary>
/// Compares a run on grains with the checker's machine: every event must be a step that the machine allows there, and
/// every TLB entry must be in that CPU's may-set. A difference is a bug in one of the two.
/// </summary>
internal sealed class RunRefinement
{
    private readonly ImmutableArray<ToyCpuKind> _kinds;
    private readonly MachineModel _model;
    private readonly MachineTransitions _transitions;
    private readonly ToyCpuState[] _cpus;
    private readonly ToyWriterState[] _writers;
    private readonly ImmutableArray<Step> _bootSteps;
    private readonly EntryUniverse _universe;
    private readonly WatchedEntries _watched;
    private uint _memory;
    private uint _flag;
    private int _bootStep;
    // The next step that CPU 0 repeats; it repeats none unless this is below its next new step.
    private int _again = int.MaxValue;

    public RunRefinement(CheckedProtocol protocol, int cpus, ImmutableArray<BbmLevel> levels)
    {
        _model = protocol.Model(new CheckOptions { Levels = levels });
        _universe = _model.Universe;
        _watched = new WatchedEntries(_universe);
        _kinds = _model.Cast(cpus, levels);
        _transitions = new MachineTransitions(_model, new CountedFlag(cpus, new(_model, cpus)));
        _cpus = new ToyCpuState[cpus];
        _writers = new ToyWriterState[_model.SeveralWriters ? cpus : 0];
        _bootSteps =
        [
            .. from phase in protocol.Protocol.Phases
               where phase.Role == Role.BootCpu
               from step in phase.Steps
               select step,
        ];
        var state = new ToyState(_cpus, _writers);
        _transitions.Begin(ref state, _kinds.AsSpan());
        Keep(state);
    }

    /// <summary>Whether every program has ended.</summary>
    public bool IsFinished => _kinds.Select((k, i) => k.IsEnd(_cpus[i].Point)).All(e => e);

    /// <summary>Takes the next event.</summary>
    /// <returns>Null, or the difference.</returns>
    public string? Accept(RunEvent happened)
    {
        string? wrong = happened.Kind switch
        {
            RunEventKind.TakenUp => GoBack(),
            RunEventKind.Step or RunEventKind.Published when happened.Cpu == 0 && IsAgain(happened.Text) => null,
            RunEventKind.Step when happened.Cpu == 0 => BootStep(happened),
            RunEventKind.Step => Step(happened.Cpu, happened.Text),
            RunEventKind.Published => Published(happened),
            _ => null,
        };
        return wrong ?? Tlb(happened);
    }

    private string? GoBack()
    {
        _again = 0;
        while (_again < _bootSteps.Length && RunActions.Of(_bootSteps[_again]) != RunAction.Split)
            _again++;
        return null;
    }

    // CPU 0 repeats stores that are already performed, barriers and TLBIs: repeating them only removes TLB entries and
    // changes no other state.
    private bool IsAgain(string text)
    {
        for (int i = _again; i < _bootStep; i++)
        {
            if (_bootSteps[i].Text != text)
                continue;
            _again = i;
            return true;
        }

        return false;
    }

    private string? BootStep(RunEvent happened)
    {
        if (_bootStep < _bootSteps.Length && RunActions.Of(_bootSteps[_bootStep]) == RunAction.Split)
            return $"CPU 0 performs \"{happened.Text}\" although \"{_bootSteps[_bootStep]}\" is not done";
        if (Step(0, happened.Text) is { } wrong)
            return wrong;
        _bootStep++;
        return null;
    }

    private string? Published(RunEvent happened)
    {
        if (_bootStep >= _bootSteps.Length || _bootSteps[_bootStep] is not SplitToPages split
            || split.Text != happened.Text)
            return $"tables were published by \"{happened.Text}\", which is not CPU 0's next step";
        if (happened.Reached <= _universe.Machine.BlockOf(split.Range))
            return null;
        foreach (var step in split.OfOneBlock)
        {
            if (Step(0, step.Text) is { } wrong)
                return wrong;
        }

        _bootStep++;
        return DrainAll() ? null : "a store of the split could not be performed";
    }

    private string? Step(int cpu, string text)
    {
        var kind = _kinds[cpu];
        int at = kind.MainAt(_cpus[cpu].Point);
        // The new coordinator does not know which CPUs have already returned, so it sends the step to all.
        if (_again < int.MaxValue && at == kind.Program.Length && kind.Program.Any(s => s.Step.Text == text))
            return null;
        string expected = at < kind.Program.Length ? kind.Program[at].Step.Text : "the end of its program";
        if (expected != text)
            return $"CPU {cpu} performs \"{text}\", its next step is \"{expected}\"";
        if (!CanStep(cpu) && !(DrainAll() && CanStep(cpu)))
            return $"CPU {cpu} performs \"{text}\", which it must still wait for";
        var state = Now();
        _transitions.Step(ref state, _kinds.AsSpan(), cpu);
        Keep(state);
        return null;
    }

    private bool CanStep(int cpu) => _transitions.CanStep(Now(), _kinds.AsSpan(), cpu);

    private uint Drainable(int cpu) => _transitions.Drainable(Now(), _kinds.AsSpan(), cpu);

    // The machine may perform stores at any moment; on grains they are visible by the next observable event.
    private bool DrainAll()
    {
        for (int cpu = 0; cpu < _cpus.Length; cpu++)
        {
            for (uint drainable = Drainable(cpu); drainable != 0; drainable = Drainable(cpu))
            {
                var state = Now();
                _transitions.Drain(ref state, _kinds.AsSpan(), cpu, BitOperations.TrailingZeroCount(drainable));
                Keep(state);
            }
        }

        return _transitions.HasPerformed(Now(), _kinds.AsSpan(), 0);
    }

    private string? Tlb(RunEvent happened)
    {
        foreach (var entry in happened.Tlb)
        {
            if (_watched.BitOf(entry) is not { } known)
                continue;
            if (known == 0)
                return $"CPU {happened.Cpu} holds an entry for {entry.Start} with descriptor {entry.Descriptor} " +
                    $"after \"{happened.Text}\", which no protocol gives it";
            if ((_cpus[happened.Cpu].MaySet & known) == 0)
            {
                return $"CPU {happened.Cpu} holds a {string.Join(" or ", _universe.Names(known))} after " +
                    $"\"{happened.Text}\", and may hold only "
                    + (_cpus[happened.Cpu].MaySet == 0
                        ? "nothing" : string.Join(", ", _universe.Names(_cpus[happened.Cpu].MaySet)));
            }
        }

        return null;
    }

    private ToyState Now() => new(_cpus, _writers) { Memory = _memory, Flag = _flag };

    private void Keep(in ToyState state) => (_memory, _flag) = (state.Memory, state.Flag);
}
