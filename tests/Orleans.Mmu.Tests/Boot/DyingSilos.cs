using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Mmu.Silo.Hosting;
using Orleans.TestingHost;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>Silos in this process that a test kills or stops.</summary>
internal sealed class DyingSilos : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private DyingSilos(InProcessTestCluster cluster) => _cluster = cluster;

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<DyingSilos> StartAsync(short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMmu();
            // The others notice a dead silo soon.
            silo.Services.Configure<ClusterMembershipOptions>(o =>
                (o.ProbeTimeout, o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) =
                    (TimeSpan.FromSeconds(1), 2, 1));
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(cluster);
    }

    /// <summary>Ends one of the silos that are left at once, without a word to the others.</summary>
    public Task KillAsync(int choice) => _cluster.KillSiloAsync(Choose(choice));

    /// <summary>Asks one of the silos that are left to stop, and waits until it has.</summary>
    public Task StopAsync(int choice) => _cluster.StopSiloAsync(Choose(choice));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private InProcessSiloHandle Choose(int choice) => _cluster.Silos[choice % _cluster.Silos.Count];
}
