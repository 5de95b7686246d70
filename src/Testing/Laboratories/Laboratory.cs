using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Testing.Faults;
using Orleans.TestingHost;

namespace Orleans.Mmu.Testing.Laboratories;

/// <summary>
/// Silos in this process with the grains of machines, whose messages can be harmed. Tests may share one: each boots
/// machines with keys of its own.
/// </summary>
public sealed class Laboratory : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private Laboratory(InProcessTestCluster cluster, MessageFaults faults) => (_cluster, Faults) = (cluster, faults);

    /// <summary>What the cluster's messages go through.</summary>
    public MessageFaults Faults { get; }

    /// <summary>The cluster's client.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>The services of the first silo.</summary>
    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    /// <summary>Starts silos; dispose of what comes back to stop them.</summary>
    /// <param name="silos">How many.</param>
    /// <param name="configure">Sets options of every silo; null leaves them as they are in production.</param>
    /// <param name="extend">Adds to every silo, after the laboratory; null for nothing.</param>
    public static async Task<Laboratory> StartAsync(
        short silos, Action<MmuOptions>? configure = null, Action<ISiloBuilder>? extend = null)
    {
        var faults = new MessageFaults();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMmu(faults);
            if (configure is not null)
                silo.Configure(configure);
            extend?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new(cluster, faults);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
