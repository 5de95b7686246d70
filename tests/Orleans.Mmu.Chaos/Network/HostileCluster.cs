using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Testing.Faults;
using Orleans.Mmu.Testing.Laboratories;
using Orleans.Providers;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Orleans.Mmu.Chaos.Network;

/// <summary>Silos in this process whose messages and connections can be harmed.</summary>
internal sealed class HostileCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private HostileCluster(InProcessTestCluster cluster, MessageFaults faults, Partition partition) =>
        (_cluster, Faults, Partition) = (cluster, faults, partition);

    public IGrainFactory Grains => _cluster.Client;

    public MessageFaults Faults { get; }

    public Partition Partition { get; }

    public static async Task<HostileCluster> StartAsync(short silos)
    {
        var (faults, partition, records) = (new MessageFaults(), new Partition(), new SharedRecords());
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMmu(faults);
            partition.AddTo(silo);
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (services, _) =>
                new SharedStorage(records, services.GetRequiredService<VersionedStorageSerializer>()));
            silo.Services.Configure<MmuOptions>(options =>
            {
                // A lost message is known at once, a cut by a call without an answer. A busy machine must
                // not reach these limits.
                options.AnswerTimeout = TimeSpan.FromSeconds(2);
                options.Attempts = 8;
                options.Failover = TimeSpan.FromMinutes(10);
                options.WakePeriod = TimeSpan.FromMilliseconds(50);
                options.Placement = MachineSpread.Spread;
            });
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(cluster, faults, partition);
    }

    /// <summary>Whether the table of members has every silo as active.</summary>
    public async Task<bool> IsWholeAsync() => _cluster.Silos.Count
        == (await Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
