using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Orleans.Mmu.Grains.Clusters;

/// <summary>Reads the table of members, and asks each silo in it how many activations it has.</summary>
[GrainType("silos"), StatelessWorker(1), Reentrant, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class SilosGrain(ISiloMetadataCache metadata, TimeProvider time) : Grain, ISilosGrain
{
    /// <summary>The name of a silo's metadata that says which version of the program it is.</summary>
    public const string Version = "mmu.version";

    // A silo that is frozen must not keep the others from being listed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private IManagementGrain Management => GrainFactory.GetGrain<IManagementGrain>(0);

    public async Task<ImmutableArray<SiloEntry>> List(CancellationToken cancellationToken)
    {
        var members = await Management.GetDetailedHosts(onlyActive: false, cancellationToken);
        var silos = await Task.WhenAll(members
            .Where(m => m.Status is not (SiloStatus.None or SiloStatus.Created or SiloStatus.Dead))
            .OrderBy(m => m.SiloAddress)
            .Select(async m => new SiloEntry(
                m.SiloAddress.Endpoint.ToString(), m.Status.ToString(), await ActivationsAsync(m.SiloAddress),
                new(DateTime.SpecifyKind(m.StartTime, DateTimeKind.Utc)),
                metadata.GetSiloMetadata(m.SiloAddress).Metadata.GetValueOrDefault(Version))));
        return [.. silos];
    }

    private async Task<int?> ActivationsAsync(SiloAddress silo)
    {
        try
        {
            var statistics = await Management.GetRuntimeStatistics([silo]).WaitAsync(Patience, time);
            return statistics is [var own] ? own.ActivationCount : null;
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return null;
        }
    }
}
