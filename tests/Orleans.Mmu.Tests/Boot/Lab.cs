using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Chaos.Network;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Silo.Hosting;
using Orleans.TestingHost;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>A cluster for tests, and machines small enough to boot hundreds of.</summary>
public abstract class Lab(short silos) : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    /// <summary>What the cluster's messages go through.</summary>
    public MessageFaults Faults { get; } = new();

    public IGrainFactory Grains => _cluster!.Client;

    /// <summary>A service of the first silo.</summary>
    internal T OfSilo<T>() where T : notnull => _cluster!.GetSiloServiceProvider().GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMmu();
            silo.AddOutgoingGrainCallFilter(Faults);
            silo.Services.Configure<MmuOptions>(Configure);
            ConfigureServices(silo.Services);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    /// <summary>The services of one of the silos.</summary>
    public IServiceProvider Services => _cluster!.Silos[0].ServiceProvider;

    protected virtual void Configure(MmuOptions options)
    {
    }

    protected virtual void ConfigureServices(IServiceCollection services)
    {
    }

    /// <summary>Boots a machine; its key comes back with the report.</summary>
    public async Task<(string Key, BootReport Report)> Boot(
        string json, string protocol, long seed, bool force = false, bool trace = false)
    {
        string key = $"test-{Guid.NewGuid():N}";
        var answer = await Grains.GetGrain<IMachineGrain>(key)
            .Boot(new(new("test", json), protocol, seed, force, trace), CancellationToken.None);
        Assert.Null(answer.InputError);
        return (key, answer.Report!);
    }

    /// <summary>A built-in machine with 256 MiB, so that a boot takes milliseconds.</summary>
    public static string Small(string builtIn) =>
        BuiltInMachines.Find(builtIn)!.Replace("\"size\": \"4G\"", "\"size\": \"256M\"", StringComparison.Ordinal);
}

/// <summary>One silo.</summary>
public sealed class OneSilo() : Lab(1)
{
    // Nothing is lost here, so that no CPU has to wake by itself in the middle of a test.
    protected override void Configure(MmuOptions options) => options.WakePeriod = TimeSpan.FromHours(1);
}

[CollectionDefinition(nameof(OneSilo))]
public sealed class OneSiloCollection : ICollectionFixture<OneSilo>;

/// <summary>Two silos whose parked CPUs wake often.</summary>
public sealed class TwoSilos() : Lab(2)
{
    protected override void Configure(MmuOptions options)
    {
        // A lost message is known at once here: nothing waits for this on purpose, and a busy machine must not reach
        // it.
        options.AnswerTimeout = TestLimit.Length;
        options.WakePeriod = TimeSpan.FromMilliseconds(50);
    }
}

[CollectionDefinition(nameof(TwoSilos))]
public sealed class TwoSilosCollection : ICollectionFixture<TwoSilos>;
