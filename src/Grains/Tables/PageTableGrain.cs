using Microsoft.Extensions.Options;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Speculation.Maps;
using Orleans.Mmu.Speculation.Security;
using Orleans.Mmu.Speculation.Work;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>
/// The only writer of a machine's tables. It publishes a version for each change; neighbours share what they have in
/// common, and the last few are kept, since a CPU may still look at an older one. Each change is written to storage
/// before it is published: an activation that takes over makes the same versions again from what is written there.
/// </summary>
[MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class PageTableGrain(
    [PersistentState("page-table")] IPersistentState<PageTableState> state,
    [PersistentState("page-table-log")] IPersistentState<PageTableLog> log,
    IOptions<MmuOptions> options, TimeProvider time, MmuMeter meter, SiloTables silo)
    : Grain, IPageTableGrain
{
    private readonly PublishedVersions _versions = new();
    private KernelTables? _tables;
    private ChangedTables? _painted;
    private ChangedTables? _protected;
    private (long Epoch, int Sequence) _lastSplit;
    private SplitAnswer? _lastSplitAnswer;
    private long _blocks;
    private (long Sequence, ChangedTables Change) _lastCall;
    private KernelCallAnswer? _lastCallAnswer;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!state.RecordExists || state.State.Machine is not { } machine)
            return Task.CompletedTask;
        Begin(machine);
        Keep(_painted = _tables!.Paint(new(state.State.ForcePages, state.State.RequiresBbml2)));
        foreach (var change in log.State.Changes)
            Keep(change, Perform(change));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        silo.Forget(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<TablesAnswer> Paint(
        MachineHandle machine, bool forcePages, bool requiresBbml2, CancellationToken cancellationToken)
    {
        if (_painted is not null)
            return Answer(_painted);
        Begin(machine);
        var painted = _tables!.Paint(new(forcePages, requiresBbml2));
        (state.State.Machine, state.State.ForcePages, state.State.RequiresBbml2) = (machine, forcePages, requiresBbml2);
        await WriteAsync(state);
        Keep(_painted = painted);
        return Answer(painted);
    }

    public async Task<SplitAnswer> Split(SplitCommand command, CancellationToken cancellationToken)
    {
        var tables = Ready();
        int order = (command.Epoch, command.Sequence).CompareTo(_lastSplit);
        if (order < 0)
            return new(tables.Version, command.From, false, 0, false, Stale: true, _blocks);
        if (order > 0)
            await ChangeAsync(new(command, null));
        return _lastSplitAnswer!;
    }

    public async Task<TablesAnswer> Protect(CancellationToken cancellationToken)
    {
        Ready();
        if (_protected is null)
            await ChangeAsync(new(null, null));
        return Checked(Answer(_protected!), _protected!.Tables);
    }

    public async Task<KernelCallAnswer> Call(KernelCallCommand command, CancellationToken cancellationToken)
    {
        Ready();
        if (command.Sequence < _lastCall.Sequence)
            return _lastCallAnswer is { } later ? later with { Stale = true }
                : AnswerOfCall([], 0) with { Stale = true };
        if (command.Sequence > _lastCall.Sequence)
            await ChangeAsync(new(null, command with { Cpus = [] }));
        // The stores are visible before the TLBI is sent, and the call returns after it: dsb(ishst), tlbi, dsb(ish). If
        // the one who sent it is no more, nobody knows how far it came, and it is sent again.
        return _lastCallAnswer ??= await FlushAsync(command);
    }

    public Task<WorkMessage> PlanWork(ulong seed, int count, CancellationToken cancellationToken) =>
        Task.FromResult(WorkPlan.Of(_tables!.Memory, seed, count).ToMessage(Ready().Version));

    public Task<TablesAnswer> Inspect(CancellationToken cancellationToken)
    {
        var tables = Ready();
        var answer =
            Checked(new(tables.Version, LeafCensus.Of(tables, _tables!.Painter.Swapper).ToReport(), null, []), tables);
        var broken = _tables.HasMemory ? MapInvariants.Of(_tables.Memory, tables) : [];
        return Task.FromResult(
            answer with { Violations = [.. answer.Violations, .. broken.Select(v => v.ToReport())] });
    }

    public Task<PlanMessage> PlanSpeculation(ulong seed, CancellationToken cancellationToken) =>
        Task.FromResult(SpeculationPlan.ForRepaint(state.State.Machine!.Description, Ready(), seed).ToMessage());

    public Task<PublishedTables> GetTables(long version, CancellationToken cancellationToken)
    {
        Ready();
        if (version <= _versions.Newest)
            return Task.FromResult(_versions.Get(version));
        // Another activation has published it: this one has not read all that is written, and the next one will.
        DeactivateOnIdle();
        throw new OvertakenException(
            $"version {version} of the tables was published elsewhere; the newest here is {_versions.Newest}");
    }

    public Task<MachineHandle> GetMachine(CancellationToken cancellationToken) =>
        Task.FromResult(_painted is null ? throw NotPainted() : state.State.Machine!);

    private TableSnapshot Ready() => _tables?.Current ?? throw NotPainted();

    private InvalidOperationException NotPainted() => new($"machine {this.GetPrimaryKeyString()} has no tables yet");

    private void Begin(MachineHandle machine) => _tables = new KernelTables(machine.Description);

    private ChangedTables Perform(LoggedChange change) =>
        change.Split is { } split ? _tables!.Split((RepaintRange)split.Range, split.From, split.Budget)
        : change.Call is { } call ? _tables!.Call(call.ToCall())
        : _tables!.Protect();

    // Computed, written, published: whoever sees a version finds it again, whatever becomes of this silo.
    private async Task ChangeAsync(LoggedChange change)
    {
        var changed = Perform(change);
        log.State.Changes.Add(change);
        await WriteAsync(log);
        Keep(change, changed);
    }

    // What was computed and not written is forgotten with this activation; so is an activation that is no longer the
    // one.
    private async Task WriteAsync<T>(IPersistentState<T> what)
    {
        try
        {
            await what.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private void Keep(LoggedChange change, ChangedTables changed)
    {
        Keep(changed);
        switch (change)
        {
            case { Split: { } split }:
                _lastSplit = (split.Epoch, split.Sequence);
                var (next, blocks, outOfMemory) = changed.Split;
                bool done = next >= _tables!.Painter.Repainted((RepaintRange)split.Range).End;
                _blocks += blocks;
                _lastSplitAnswer =
                    new(_tables.Current!.Version, next.Value, done, blocks, outOfMemory, Stale: false, _blocks);
                break;
            case { Call: { } call }:
                (_lastCall, _lastCallAnswer) = ((call.Sequence, changed), null);
                break;
            default:
                _protected = changed;
                break;
        }
    }

    private void Keep(ChangedTables change)
    {
        _tables!.Keep(change);
        if (change.Tables is { } tables)
            Publish(tables);
    }

    private void Publish(TableSnapshot tables)
    {
        _versions.Publish(tables);
        silo.Add(this.GetPrimaryKeyString(), tables);
    }

    private async Task<KernelCallAnswer> FlushAsync(KernelCallCommand command)
    {
        IReadOnlyList<TlbiOperation> flushes = command.LeaveOutFlush ? [] : _lastCall.Change.Call!.Value.Flushes;
        var silent = flushes.Count == 0 ? []
            : await new InnerShareableDomain(GrainFactory, this.GetPrimaryKeyString(), options.Value, time, meter)
            .Broadcast(command.Cpus, flushes, TlbiMessage.RunTimeEpoch, command.Sequence, Ready().Version);
        return AnswerOfCall(silent, flushes.Count);
    }

    private KernelCallAnswer AnswerOfCall(IReadOnlyList<int> silent, int flushes)
    {
        var (memory, change) = (_tables!.Memory, _lastCall.Change);
        var last = memory.Areas.GetValueOrDefault(memory.LastArea);
        return new(Ready().Version, change.Call!.Value.Error, change.Panic, [.. change.Call.Value.Warnings],
            memory.LastArea,
            [.. (last?.Pages ?? []).Take(8).Select(p => p.Value)], memory.Frames.Free, flushes, [.. silent],
            Stale: false);
    }

    private TablesAnswer Answer(ChangedTables change) => change.Tables is { } tables
        ? new(tables.Version, LeafCensus.Of(tables, _tables!.Painter.Swapper).ToReport(), null, [])
        : new(_tables!.Current?.Version ?? 0, new([], [], 0), change.Panic, []);

    // Boot is over: what must not be writable any more is looked at.
    private TablesAnswer Checked(TablesAnswer answer, TableSnapshot? tables) => tables is null ? answer : answer with
    {
        Violations = [.. ImageAliasCheck.Of(_tables!.Painter, state.State.Machine!.Description.Rules, tables)
            .Select(v => v.ToReport())],
    };
}
