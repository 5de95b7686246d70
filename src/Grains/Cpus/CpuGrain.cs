using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;
using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>
/// A CPU: one <see cref="SpeculatingCpu"/>, the epoch it last heard of, and what it was doing, which is persisted.
/// Everything about tables and TLBs is in the core; here is only who may call when.
/// </summary>
public sealed class CpuGrain(
    [PersistentState("cpu")] IPersistentState<CpuGrainState> state, IOptions<MmuOptions> options, TimeProvider time, ILogger<CpuGrain> logger)
    : Grain, ICpuGrain
{
    private CpuKey _key;
    private ITableReplicaGrain _replica = null!;
    private ObservedTables _tables = null!;
    private MachineHandle? _machine;
    private SpeculatingCpu? _cpu;
    private IGrainTimer? _wake;
    private PhaseCommand? _lastCommand;
    private CpuAnswer? _lastAnswer;
    private LoadsAndStores? _work;
    private long _lastWork;
    private CpuAnswer? _lastWorkAnswer;
    private (CpuRunState Run, long Epoch, long ClosedEpoch) _persisted;
    private (long Epoch, long Ordinal) _lastWindow;
    private CpuAnswer? _lastWindowAnswer;
    private (long Epoch, long Ordinal) _lastTlbi;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = CpuKey.Parse(this.GetPrimaryKeyString());
        _replica = GrainFactory.GetGrain<ITableReplicaGrain>(_key.Machine);
        _tables = new(_replica);
        _persisted = (state.State.Run, state.State.Epoch, state.State.ClosedEpoch);
        if (state.State.Run == CpuRunState.Parked)
            ArmWake();
        return Task.CompletedTask;
    }

    public async Task<CpuReport> PowerOn(CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        if (cpu.Cpu.State == CpuRunState.Offline)
        {
            cpu.Cpu.PowerOn();
            await Persist(cpu);
        }

        return Report(cpu);
    }

    public async Task<CpuReport> Die(CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        cpu.Cpu.Die();
        await Persist(cpu);
        return Report(cpu);
    }

    public async Task<CpuAnswer> Perform(PhaseCommand command, CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        if (IsOver(command.Epoch))
            return Answer(cpu, command.Epoch, [], [], stale: true);
        if (_lastCommand is { } last && last.Epoch == command.Epoch && command.Sequence <= last.Sequence)
            return _lastAnswer!;

        var window = await _tables.Window(command.Window, cancellationToken);
        cpu.Recording = command.Window.Record ? cpu.Recording ?? [] : null;
        long began = time.GetUtcNow().Ticks;
        var violations = cpu.Perform(command.Steps.ToSteps(), command.Window.Plan.ToPlan(), window);
        var answer = Answer(cpu, command.Epoch, violations, command.Trace ? Trace(command, began) : [], stale: false);
        (_lastCommand, _lastAnswer) = (command, answer);
        state.State.WayBack = [.. command.WayBack];
        await Persist(cpu, command.Epoch);
        if (cpu.Cpu.State == CpuRunState.Parked)
            ArmWake();
        else
            Disarm();
        return answer;
    }

    public async Task<CpuAnswer> Abandon(long epoch, CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        if (!IsOver(epoch))
        {
            state.State.ClosedEpoch = epoch;
            await GoBack(cpu, version: null);
        }

        return Answer(cpu, epoch, [], [], stale: false);
    }

    public async Task<CpuAnswer> Speculate(long epoch, WindowMessage window, CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        var resolved = await _tables.Window(window, cancellationToken);
        int order = (epoch, window.Ordinal).CompareTo(_lastWindow);
        if (order == 0)
            return _lastWindowAnswer!;
        // A window that comes late would walk tables that no longer are.
        if (IsOver(epoch) || order < 0)
            return Answer(cpu, epoch, [], [], stale: true);
        _lastWindow = (epoch, window.Ordinal);
        cpu.Recording = window.Record ? cpu.Recording ?? [] : null;
        return _lastWindowAnswer = Answer(cpu, epoch, cpu.Look(window.Plan.ToPlan(), resolved), [], stale: false);
    }

    public async Task Invalidate(TlbiMessage message, CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        if ((message.Epoch, message.Ordinal).CompareTo(_lastTlbi) <= 0)
            return;
        _lastTlbi = (message.Epoch, message.Ordinal);
        _tables.Raise(message.Version);
        foreach (var operation in message.Operations)
            cpu.CompleteBroadcast(operation.ToOperation());
    }

    public async Task<ViolationReport?> Touch(ulong address, CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        var tables = await _tables.Version(0, cancellationToken);
        return cpu.Touch(new(address), tables)?.ToReport();
    }

    public async Task<CpuAnswer> Work(WorkMessage work, CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        // A flush may have reached the CPU while it asked: what it then looks at is not older than that.
        var tables = await _tables.NotOlder(work.Version, cancellationToken);
        if (work.Ordinal == _lastWork)
            return _lastWorkAnswer!;
        // What was promised when it was sent may be promised no more.
        if (work.Ordinal < _lastWork)
            return Answer(cpu, state.State.Epoch, [], [], stale: true);
        _lastWork = work.Ordinal;
        _work ??= new(cpu.Cpu);
        return _lastWorkAnswer = Answer(cpu, state.State.Epoch, _work.Perform(work.ToPlan(), tables, work.LoadsOnly), [], stale: false);
    }

    public async Task<CpuAnswer> Audit(long version, CancellationToken cancellationToken)
    {
        var cpu = await Core(cancellationToken);
        cpu.Recording = null;
        return Answer(cpu, state.State.Epoch, cpu.Audit(await _tables.Version(version, cancellationToken)), [], stale: false);
    }

    public async Task<CpuReport> GetReport(CancellationToken cancellationToken) => Report(await Core(cancellationToken));

    public Task<CpuRunState> GetState(CancellationToken cancellationToken) => Task.FromResult(state.State.Run);

    private bool IsOver(long epoch) => epoch <= state.State.ClosedEpoch || epoch < state.State.Epoch;

    private async Task<SpeculatingCpu> Core(CancellationToken cancellationToken)
    {
        if (_cpu is not null)
            return _cpu;
        _machine ??= await _replica.GetMachine(cancellationToken);
        if (_cpu is null)
        {
            _cpu = new SpeculatingCpu(_machine.Description, _key.Id);
            if (state.State.Run != CpuRunState.Offline)
                _cpu.Cpu.Restore(state.State.Run, state.State.Ttbr1);
        }

        return _cpu;
    }

    private async Task GoBack(SpeculatingCpu cpu, long? version)
    {
        if (cpu.Cpu.State == CpuRunState.Parked)
        {
            var tables = await _tables.Version(version ?? 0, CancellationToken.None);
            cpu.Perform([.. state.State.WayBack.ToImmutableArray().ToSteps()], plan: null, new(0, "", tables, tables));
        }

        Disarm();
        await Persist(cpu);
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
            var cpu = await Core(cancellationToken);
            var flag = await GrainFactory.GetGrain<IStopMachineGrain>(_key.Machine).ReadFlag(state.State.Epoch, cancellationToken);
            if (!flag.Released || cpu.Cpu.State != CpuRunState.Parked)
                return;
            logger.LogWarning("CPU {Cpu} read the flag of epoch {Epoch} as zero and runs again by itself", this.GetPrimaryKeyString(), state.State.Epoch);
            await GoBack(cpu, flag.Version);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            logger.LogWarning(e, "CPU {Cpu} could not read the flag of epoch {Epoch}; it wakes again", this.GetPrimaryKeyString(), state.State.Epoch);
        }
    }

    // A write only where something that must survive has changed.
    private async Task Persist(SpeculatingCpu cpu, long? epoch = null)
    {
        state.State.Run = cpu.Cpu.State;
        state.State.Ttbr1 = cpu.Cpu.Ttbr1;
        state.State.Epoch = epoch ?? state.State.Epoch;
        var now = (state.State.Run, state.State.Epoch, state.State.ClosedEpoch);
        if (now == _persisted)
            return;
        await state.WriteStateAsync(CancellationToken.None);
        _persisted = now;
    }

    private CpuAnswer Answer(
        SpeculatingCpu cpu, long epoch, IReadOnlyList<Violation> violations, ImmutableArray<TraceEvent> trace, bool stale) =>
        new(_key.Id, epoch, stale, cpu.Cpu.State, cpu.Cpu.SeesMap, [.. violations.Select(v => v.ToReport())], trace)
        {
            Recorded = stale ? [] : Recorded(cpu),
        };

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
