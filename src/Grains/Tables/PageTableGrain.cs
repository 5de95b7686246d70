using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Speculation.Work;
using Orleans.Storage;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>
/// The only writer of a machine's tables. It publishes a version for each change; neighbours share what they have in
/// common, and the last few are kept, since a CPU may still look at an older one. Each change is written to storage
/// before it is published: an activation that takes over makes the same versions again from what is written there.
/// </summary>
[GrainType("pagetable"), MachinePlacement, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
internal sealed partial class PageTableGrain(
    [PersistentState("page-table")] IPersistentState<PageTableState> state,
    [PersistentState(PageTableGrain.LogName)] IPersistentState<PageTableLog> log,
    IOptions<MmuOptions> options, TimeProvider time, MmuMeter meter, SiloTables silo)
    : Grain, IPageTableGrain, IMachinePartGrain
{
    private const string LogName = "page-table-log";

    private FreshState<PageTableLog> _fresh = null!;
    // Null before map_mem().
    private WrittenTables? _tables;

    private WrittenTables Tables => _tables
        ?? throw new InvalidOperationException($"machine {this.GetPrimaryKeyString()} has no tables yet");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _fresh = new(log, LogName, this.GetGrainId(),
            ServiceProvider.GetRequiredKeyedService<IGrainStorage>("Default"));
        if (!state.RecordExists || state.State.Machine is not { } machine)
            return Task.CompletedTask;
        _tables = new(this.GetPrimaryKeyString(), machine,
            new(state.State.ForcePages, state.State.RequiresBbml2), silo);
        _tables.KeepPainted();
        foreach (var change in log.State.Changes)
            _tables.Publish(change, _tables.Perform(change));
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
        if (_tables is { } known)
            return known.Answer(known.Painted);
        var tables = new WrittenTables(
            this.GetPrimaryKeyString(), machine, new(forcePages, requiresBbml2), silo);
        (state.State.Machine, state.State.ForcePages, state.State.RequiresBbml2) = (machine, forcePages, requiresBbml2);
        await state.WriteOrDeactivateAsync(this);
        tables.KeepPainted();
        _tables = tables;
        return tables.Answer(tables.Painted);
    }

    public async Task<long> Claim(long epoch, CancellationToken cancellationToken)
    {
        long version = Tables.Current.Version;
        RefuseOlder(epoch);
        if (epoch > log.State.Epoch)
        {
            log.State.Epoch = epoch;
            await log.WriteOrDeactivateAsync(this);
        }

        return version;
    }

    public async Task<SplitAnswer> Split(SplitCommand command, CancellationToken cancellationToken)
    {
        _ = Tables.Current;
        RefuseOlder(command.Epoch);
        if (Tables.Split is not { } last
            || (command.Epoch, command.Sequence).CompareTo((last.Epoch, last.Sequence)) > 0)
        {
            log.State.Epoch = command.Epoch;
            await ChangeAllAsync(command.EachRange().Select(c => new LoggedChange(c, null)));
        }

        return Tables.AnswerTo(command);
    }

    public async Task<TablesAnswer> MakeNotGlobal(long epoch, CancellationToken cancellationToken)
    {
        _ = Tables.Current;
        RefuseOlder(epoch);
        if (Tables.Rewritten is null)
            await ChangeAsync(new(null, null, IsRewrite: true));
        return Tables.Answer(Tables.Rewritten!) with { Descriptors = Tables.Rewritten!.Stored };
    }

    public async Task<TablesAnswer> Protect(long epoch, CancellationToken cancellationToken)
    {
        _ = Tables.Current;
        RefuseOlder(epoch);
        if (Tables.Protected is null)
            await ChangeAsync(new(null, null));
        return Tables.AnswerAfterBoot(Tables.Protected!);
    }

    public Task<WorkMessage> PlanWork(ulong seed, int count, CancellationToken cancellationToken) =>
        Task.FromResult(
            new WorkMessage(WorkPlan.Of(Tables.Kernel.Memory, seed, count), Tables.Current.Version));

    public Task<TablesAnswer> Inspect(CancellationToken cancellationToken) => Task.FromResult(Tables.Inspect());

    public Task<SpeculationPlan> PlanSpeculation(ulong seed, CancellationToken cancellationToken) =>
        Task.FromResult(SpeculationPlan.ForRepaint(Tables.Machine.Description, Tables.Current, seed));

    public async Task<PublishedTables> GetTables(long version, CancellationToken cancellationToken)
    {
        _ = Tables.Current;
        // A version never changes, so that one which is here needs no look at storage; which is the newest does.
        if (version == 0 ? await _fresh.IsNewestAsync() : version <= Tables.Versions.Newest)
            return Tables.Versions.Get(version);
        DeactivateOnIdle();
        throw new OvertakenException(
            $"newer tables were published elsewhere; the newest version here is {Tables.Versions.Newest}");
    }

    public Task<MachineHandle> GetMachine(CancellationToken cancellationToken) => Task.FromResult(Tables.Machine);

    public async Task Remove(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        await log.ClearStateAsync(CancellationToken.None);
        await state.ClearStateAsync(CancellationToken.None);
    }

    private void RefuseOlder(long epoch)
    {
        if (epoch < log.State.Epoch)
            throw EpochOverException.Of(epoch, log.State.Epoch);
    }

    private Task ChangeAsync(LoggedChange change) => ChangeAllAsync([change]);

    // Computed, written, published: a version that a CPU has seen is found again when this silo is lost. Ranges that
    // are split in one call take one write. A crash before the write leaves no range split, one after it all of them,
    // and a take-up repeats from the first split in either case. What fails while it is computed is in no log, so that
    // the activation, which has a part of it in memory, ends.
    private async Task ChangeAllAsync(IEnumerable<LoggedChange> changes)
    {
        var made = new List<(LoggedChange Change, ChangedTables Changed)>();
        try
        {
            foreach (var change in changes)
            {
                if (made is [.., var before] && !Tables.IsDone(before.Change, before.Changed))
                    break;
                made.Add((change, Tables.Perform(change)));
            }
        }
        catch when (made.Count > 0)
        {
            DeactivateOnIdle();
            throw;
        }

        log.State.Changes.AddRange(made.Select(m => m.Change));
        await log.WriteOrDeactivateAsync(this);
        foreach (var (change, changed) in made)
            Tables.Publish(change, changed);
    }
}
