using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Grains.Tables;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Storage;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>
/// A CPU: one <see cref="SpeculatingCpu"/> and the epoch it last heard of. Everything about tables and TLBs is in the
/// core; the grain decides which calls are allowed when, and restores the CPU after a crash.
/// </summary>
[GrainType("cpu"), MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
internal sealed partial class CpuGrain(
    [PersistentState(CpuGrain.StateName)] IPersistentState<CpuGrainState> state,
    IOptions<MmuOptions> options, SiloTables silo, TimeProvider time, ILogger<CpuGrain> logger)
    : Grain, ICpuGrain, IMachinePartGrain
{
    private const string StateName = "cpu";

    private readonly CpuEpoch _epoch = new();
    private FreshState<CpuGrainState> _fresh = null!;
    private CpuKey _key;
    private CpuAnswers _answers = null!;
    private ITableReplicaGrain _replica = null!;
    private ObservedTables _tables = null!;
    private MachineHandle? _machine;
    private SpeculatingCpu? _cpu;
    private Task<SpeculatingCpu>? _takingUp;
    private IGrainTimer? _wake;
    private bool _isArmed;
    // The epoch in which this was the newest activation, after the journal had the epoch.
    private long _confirmed;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = CpuKey.Parse(this.GetPrimaryKeyString());
        _answers = new(_key.Id);
        _fresh = new(state, StateName, this.GetGrainId(),
            ServiceProvider.GetRequiredKeyedService<IGrainStorage>("Default"));
        _replica = GrainFactory.GetGrain<ITableReplicaGrain>(_key.Machine);
        _tables = new(_key.Machine, silo, _replica);
        return Task.CompletedTask;
    }

    public async Task<CpuAnswer> Perform(PhaseCommand command, CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        // No coordinator asks a CPU that has died: the message is late, and would bring the CPU back to life.
        if (_epoch.IsOver(command.Epoch) || cpu.Cpu.State == CpuRunState.Dead)
            return _answers.Stale(cpu, command.Epoch);
        if (_epoch.AnswerTo(command) is { } known)
            return known;

        var steps = KnownSteps.Of(command.Steps.Steps);
        bool countsIn = KnownSteps.CountsIn(steps);
        if (countsIn && _confirmed != command.Epoch)
            await RefuseWhereFollowed();
        bool isBack = cpu.Cpu.State == CpuRunState.Online && KnownSteps.AwaitsRelease(steps);
        if (isBack && _epoch.AnswerToSameOf(command) is { } same)
            return same;
        // A coordinator that takes the run up while the tables change parks every CPU again: one that waits stays where
        // it is, since the way in would lead it past the map, and is counted anew.
        if (cpu.Cpu.State == CpuRunState.Parked && countsIn)
        {
            if (!command.Window.IsRecorded)
                cpu.Recording = null;
            return _epoch.Keep(command, _answers.Of(cpu, command.Epoch, []));
        }

        var window = await _tables.Window(command.Window, cancellationToken);
        Observe(cpu, command.Window);
        // A CPU that runs already, because it read the flag by itself or was reborn after the release, performs the way
        // back once more; on it the CPU sees nothing that it could not see before.
        var violations = cpu.Perform(steps, isBack ? null : command.Window.Plan, window);
        var answer = _epoch.Keep(command, _answers.Of(cpu, command.Epoch, violations));
        if (cpu.Cpu.State == CpuRunState.Parked)
            ArmWake();
        return answer;
    }

    public async Task<CpuAnswer> Confirm(long epoch, CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        if (_epoch.IsOver(epoch))
            return _answers.Stale(cpu, epoch);
        await RefuseWhereFollowed();
        _confirmed = epoch;
        // The CPU is asked to stop next; what can be done before then takes no time of the stop.
        ArmWake();
        return _answers.Of(cpu, epoch, []);
    }

    public async Task<CpuAnswer> Abandon(long epoch, CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        if (!_epoch.IsOver(epoch))
        {
            _epoch.Close(epoch);
            await GoBack(cpu);
        }

        return _answers.Of(cpu, epoch, []);
    }

    public async Task<CpuAnswer> Speculate(long epoch, RunWindow window, CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        if (_epoch.IsLate(epoch, window))
            return _answers.Stale(cpu, epoch);
        var resolved = await _tables.Window(window, cancellationToken);
        // Other calls may have been performed in between.
        if (_epoch.AnswerTo(epoch, window) is { } known)
            return known;
        if (_epoch.IsLate(epoch, window))
            return _answers.Stale(cpu, epoch);
        Observe(cpu, window);
        return _epoch.Keep(
            epoch, window, _answers.Of(cpu, epoch, window.Plan is { } plan ? cpu.Look(plan, resolved) : []));
    }

    public async Task Invalidate(TlbiMessage message, CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        if (!_epoch.IsNew(message))
            return;
        _tables.Raise(message.Version);
        foreach (var operation in message.Operations)
            cpu.CompleteBroadcast(operation);
    }

    public async Task<CpuReport> GetReport(CancellationToken cancellationToken)
    {
        var cpu = await SpeculatingCpuAsync();
        return CpuReports.Of(_machine!, _key.Id, cpu);
    }

    public async Task<CpuRunState> GetState(CancellationToken cancellationToken) =>
        (await SpeculatingCpuAsync()).Cpu.State;

    private static void Observe(SpeculatingCpu cpu, RunWindow window)
    {
        cpu.Recording = window.IsRecorded ? cpu.Recording ?? [] : null;
        cpu.Sighted = window.IsTraced ? cpu.Sighted ?? new(cpu.Cpu.Id) : null;
    }
}
