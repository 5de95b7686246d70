using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>
/// A CPU: one <see cref="SpeculatingCpu"/> and the epoch it last heard of. Everything about tables and TLBs is in the
/// core; here is only who may call when, and what a CPU is after a crash.
/// </summary>
[MachinePlacement]
public sealed class CpuGrain(
    [PersistentState("cpu")] IPersistentState<CpuGrainState> state, IOptions<MmuOptions> options, TimeProvider time, ILogger<CpuGrain> logger)
    : Grain, ICpuGrain
{
    private readonly CpuEpoch _epoch = new();
    private CpuKey _key;
    private ITableReplicaGrain _replica = null!;
    private ObservedTables _tables = null!;
    private MachineHandle? _machine;
    private SpeculatingCpu? _cpu;
    private Task<SpeculatingCpu>? _takingUp;
    private IGrainTimer? _wake;
    private LoadsAndStores? _work;
    private long _lastWork;
    private CpuAnswer? _lastWorkAnswer;
    // What went wrong when nobody had asked; the next answer has it.
    private readonly List<Violation> _unreported = [];
    private bool _reborn;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = CpuKey.Parse(this.GetPrimaryKeyString());
        _replica = GrainFactory.GetGrain<ITableReplicaGrain>(_key.Machine);
        _tables = new(_replica);
        return Task.CompletedTask;
    }

    public async Task<CpuReport> PowerOn(CancellationToken cancellationToken)
    {
        var cpu = await Core();
        if (cpu.Cpu.State == CpuRunState.Offline)
        {
            await Persist(CpuRunState.Online);
            cpu.Cpu.PowerOn();
        }

        return Report(cpu);
    }

    public async Task<CpuReport> Die(CancellationToken cancellationToken)
    {
        var cpu = await Core();
        cpu.Cpu.Die();
        Disarm();
        await Persist(CpuRunState.Dead);
        return Report(cpu);
    }

    public async Task<CpuAnswer> Perform(PhaseCommand command, CancellationToken cancellationToken)
    {
        var cpu = await Core();
        if (_epoch.IsOver(command.Epoch))
            return Answer(cpu, command.Epoch, [], [], stale: true);
        if (_epoch.AnswerTo(command) is { } known)
            return known;

        var steps = command.Steps.ToSteps();
        bool isBack = cpu.Cpu.State == CpuRunState.Online && steps.Contains(AwaitRelease.Instance);
        if (isBack && _epoch.AnswerToSameOf(command) is { } same)
            return same;
        var window = await _tables.Window(command.Window, cancellationToken);
        cpu.Recording = command.Window.Record ? cpu.Recording ?? [] : null;
        long began = time.GetUtcNow().Ticks;
        // Whoever runs again already, because it read the flag by itself or was reborn after the release, goes the way
        // once more, and there is nothing on it that it could not see before.
        var violations = cpu.Perform(steps, isBack ? null : command.Window.Plan.ToPlan(), window);
        var answer = _epoch.Keep(command, Answer(cpu, command.Epoch, violations, command.Trace ? Trace(command, began) : [], stale: false));
        if (cpu.Cpu.State == CpuRunState.Parked)
            ArmWake();
        else
            Disarm();
        return answer;
    }

    public async Task<CpuAnswer> Abandon(long epoch, CancellationToken cancellationToken)
    {
        var cpu = await Core();
        if (!_epoch.IsOver(epoch))
        {
            _epoch.Close(epoch);
            await GoBack(cpu);
        }

        return Answer(cpu, epoch, [], [], stale: false);
    }

    public async Task<CpuAnswer> Speculate(long epoch, WindowMessage window, CancellationToken cancellationToken)
    {
        var cpu = await Core();
        if (_epoch.IsLate(epoch, window))
            return Answer(cpu, epoch, [], [], stale: true);
        var resolved = await _tables.Window(window, cancellationToken);
        // Others may have come in between.
        if (_epoch.AnswerTo(epoch, window) is { } known)
            return known;
        if (_epoch.IsLate(epoch, window))
            return Answer(cpu, epoch, [], [], stale: true);
        cpu.Recording = window.Record ? cpu.Recording ?? [] : null;
        return _epoch.Keep(epoch, window, Answer(cpu, epoch, cpu.Look(window.Plan.ToPlan(), resolved), [], stale: false));
    }

    public async Task Invalidate(TlbiMessage message, CancellationToken cancellationToken)
    {
        var cpu = await Core();
        if (!_epoch.IsNew(message))
            return;
        _tables.Raise(message.Version);
        foreach (var operation in message.Operations)
            cpu.CompleteBroadcast(operation.ToOperation());
    }

    public async Task<ViolationReport?> Touch(ulong address, CancellationToken cancellationToken)
    {
        var cpu = await Core();
        var tables = await _tables.Version(0, cancellationToken);
        return cpu.Touch(new(address), tables)?.ToReport();
    }

    public async Task<CpuAnswer> Work(WorkMessage work, CancellationToken cancellationToken)
    {
        var cpu = await Core();
        // A flush may have reached the CPU while it asked: what it then looks at is not older than that.
        var tables = await _tables.NotOlder(work.Version, cancellationToken);
        if (work.Ordinal == _lastWork)
            return _lastWorkAnswer!;
        // What was promised when it was sent may be promised no more.
        if (work.Ordinal < _lastWork)
            return Answer(cpu, _epoch.Current, [], [], stale: true);
        _lastWork = work.Ordinal;
        _work ??= new(cpu.Cpu);
        return _lastWorkAnswer = Answer(cpu, _epoch.Current, _work.Perform(work.ToPlan(), tables, work.LoadsOnly), [], stale: false);
    }

    public async Task<CpuAnswer> Audit(long version, CancellationToken cancellationToken)
    {
        var cpu = await Core();
        cpu.Recording = null;
        return Answer(cpu, _epoch.Current, cpu.Audit(await _tables.Version(version, cancellationToken)), [], stale: false);
    }

    public async Task<CpuReport> GetReport(CancellationToken cancellationToken) => Report(await Core());

    public async Task<CpuRunState> GetState(CancellationToken cancellationToken) => (await Core()).Cpu.State;

    // Calls interleave: whoever comes first makes the CPU, and nobody sees one that is half made.
    private async ValueTask<SpeculatingCpu> Core()
    {
        if (_cpu is not null)
            return _cpu;
        try
        {
            return await (_takingUp ??= TakeUp());
        }
        catch
        {
            _takingUp = null;
            throw;
        }
    }

    private async Task<SpeculatingCpu> TakeUp()
    {
        _machine = await _replica.GetMachine(CancellationToken.None);
        var cpu = new SpeculatingCpu(_machine.Description, _key.Id);
        if (state.State.Run == CpuRunState.Dead)
            cpu.Cpu.Die();
        else if (state.State.Run == CpuRunState.Online)
            await TakeUp(cpu);
        return _cpu = cpu;
    }

    // The CPU has run before and its TLB is gone, as if everything had been evicted, which may happen at any time. What
    // it must not do is look at a map that it was waiting outside of.
    private async Task TakeUp(SpeculatingCpu cpu)
    {
        var journal = GrainFactory.GetGrain<IRunJournalGrain>(_key.Machine);
        var standing = await new Patience(options.Value, time).Ask(() => journal.GetStanding(_key.Id, CancellationToken.None));
        _epoch.TakeUp(standing);
        _reborn = standing.Phase != RunPhase.Idle;
        cpu.Cpu.PowerOn();
        if (standing.Waits && standing.Phase == RunPhase.Halted)
            cpu.Cpu.Die();
        if (!standing.IsHeld)
            return;
        var tables = await _tables.Version(0, CancellationToken.None);
        cpu.Perform(standing.WayIn.ToSteps(), plan: null, new(0, "", tables, tables));
        logger.LogWarning("CPU {Cpu} lost its silo in epoch {Epoch}; it waits again", this.GetPrimaryKeyString(), standing.Epoch);
        ArmWake();
    }

    private async Task GoBack(SpeculatingCpu cpu)
    {
        // Whoever goes back by itself is in no recording: what follows is asked of it again.
        cpu.Recording = null;
        if (cpu.Cpu.State == CpuRunState.Parked)
        {
            var tables = await _tables.Version(0, CancellationToken.None);
            _unreported.AddRange(cpu.Perform(_epoch.WayBack, plan: null, new(0, "", tables, tables)));
        }

        Disarm();
    }

    // The wfe loop: a parked CPU wakes now and then and reads the flag, so that a lost message never parks it for ever.
    private void ArmWake()
    {
        _wake ??= this.RegisterGrainTimer(Wake, new GrainTimerCreationOptions
        {
            DueTime = options.Value.WakePeriod,
            Period = options.Value.WakePeriod,
            KeepAlive = true,
        });
    }

    private void Disarm()
    {
        _wake?.Dispose();
        _wake = null;
    }

    private async Task Wake(CancellationToken cancellationToken)
    {
        try
        {
            var cpu = await Core();
            var flag = await GrainFactory.GetGrain<IRunJournalGrain>(_key.Machine).ReadFlag(_epoch.Current, cancellationToken);
            if (!flag.Released || cpu.Cpu.State != CpuRunState.Parked)
                return;
            logger.LogWarning("CPU {Cpu} read the flag of epoch {Epoch} as zero and runs again by itself", this.GetPrimaryKeyString(), _epoch.Current);
            await GoBack(cpu);
        }
        catch (Exception e) when (UnknownOutcome.Is(e))
        {
            logger.LogWarning("CPU {Cpu} could not read the flag of epoch {Epoch}; it wakes again: {Reason}", this.GetPrimaryKeyString(), _epoch.Current, e.Message);
        }
    }

    // Only what does not follow from the coordinator's record.
    private async Task Persist(CpuRunState run)
    {
        var before = state.State.Run;
        if (before == run)
            return;
        try
        {
            state.State.Run = run;
            await state.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            state.State.Run = before;
            throw;
        }
    }

    private CpuAnswer Answer(
        SpeculatingCpu cpu, long epoch, IReadOnlyList<Violation> violations, ImmutableArray<TraceEvent> trace, bool stale)
    {
        bool reborn = _reborn;
        ImmutableArray<ViolationReport> reports = [.. _unreported.Concat(violations).Select(v => v.ToReport())];
        _reborn = false;
        _unreported.Clear();
        return new(_key.Id, epoch, stale, cpu.Cpu.State, cpu.Cpu.SeesMap, reports, trace)
        {
            Recorded = stale ? [] : Recorded(cpu),
            Reborn = reborn,
        };
    }

    private static ImmutableArray<RecordedEvent> Recorded(SpeculatingCpu cpu)
    {
        if (cpu.Recording is not { Count: > 0 } recording)
            return [];
        ImmutableArray<RecordedEvent> events = [.. recording.Select(RecordedEvent.Of)];
        recording.Clear();
        return events;
    }

    // The steps of a phase share its time: the model knows their order, not their length.
    private ImmutableArray<TraceEvent> Trace(PhaseCommand command, long began)
    {
        long each = Math.Max(1, (time.GetUtcNow().Ticks - began) / Math.Max(1, command.Steps.Length));
        return [.. command.Steps.Select((s, i) => new TraceEvent(_key.Id, s, command.Phase, began + i * each, each))];
    }

    private CpuReport Report(SpeculatingCpu cpu)
    {
        var description = _machine!.Description.Cpus[_key.Id];
        return new()
        {
            Id = _key.Id,
            Midr = description.Midr.Value,
            Core = description.Core.Name,
            BbmLevel = (int)description.Bbm,
            BbmIsAssumed = description.BbmIsAssumed,
            SplitsLive = description.KernelTrusts(_machine.Description.Rules),
            State = cpu.Cpu.State,
            Ttbr1 = RootSymbol.Of(cpu.Cpu.Ttbr1),
            TlbEntries = cpu.Cpu.Processor.Tlb.Count,
        };
    }
}
