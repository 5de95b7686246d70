using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>One activation in each silo: what one CPU has asked for, the next finds here.</summary>
[GrainType("tablereplica"), StatelessWorker(1), Reentrant, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
internal sealed class TableReplicaGrain(IOptions<MmuOptions> options, TimeProvider time, SiloTables silo)
    : Grain, ITableReplicaGrain
{
    private const int Kept = 4;
    private readonly RetryPolicy _retries = options.Value.Retries(time);
    private readonly SortedDictionary<long, Task<PublishedTables>> _versions = [];
    private Task<MachineHandle>? _machine;

    private IPageTableGrain Writer => GrainFactory.GetGrain<IPageTableGrain>(this.GetPrimaryKeyString());

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        silo.Forget(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public Task<PublishedTables> GetTables(long version, CancellationToken cancellationToken)
    {
        // The newest version is whatever the writer says now.
        if (version == 0)
            return Fetch(0);
        if (_versions.TryGetValue(version, out var known) && !known.IsFaulted && !known.IsCanceled)
            return known;
        var fetched = Fetch(version);
        _versions[version] = fetched;
        while (_versions.Count > Kept)
            _versions.Remove(_versions.First().Key);
        return fetched;
    }

    public Task<MachineHandle> GetMachine(CancellationToken cancellationToken)
    {
        if (_machine is null || _machine.IsFaulted || _machine.IsCanceled)
            _machine = _retries.AskAsync(() => Writer.GetMachine(CancellationToken.None));
        return _machine;
    }

    private async Task<PublishedTables> Fetch(long version)
    {
        var published = await _retries.AskAsync(() => Writer.GetTables(version, CancellationToken.None));
        silo.Add(this.GetPrimaryKeyString(), published.Snapshot);
        return published;
    }
}
