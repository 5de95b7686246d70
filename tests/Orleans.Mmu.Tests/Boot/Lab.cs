using Microsoft.Extensions.DependencyInjection;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Testing.Faults;
using Orleans.Mmu.Testing.Laboratories;
using Orleans.Mmu.Testing.Machines;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>A laboratory that a collection of tests shares.</summary>
public abstract class Lab(short silos) : IAsyncLifetime
{
    private Laboratory? _laboratory;

    /// <summary>What the cluster's messages go through.</summary>
    public MessageFaults Faults => _laboratory!.Faults;

    public IGrainFactory Grains => _laboratory!.Grains;

    /// <summary>The services of the first silo.</summary>
    public IServiceProvider Services => _laboratory!.Services;

    /// <summary>A service of the first silo.</summary>
    internal T OfSilo<T>() where T : notnull => Services.GetRequiredService<T>();

    public async Task InitializeAsync() => _laboratory = await Laboratory.StartAsync(
        silos, Configure, silo => ConfigureServices(silo.Services));

    public async Task DisposeAsync()
    {
        if (_laboratory is not null)
            await _laboratory.DisposeAsync();
    }

    protected virtual void Configure(MmuOptions options)
    {
    }

    protected virtual void ConfigureServices(IServiceCollection services)
    {
    }

    /// <summary>Boots a machine; its key comes back with the report.</summary>
    public Task<(string Key, BootReport Report)> Boot(
        string json, string protocol, long seed, bool force = false, bool trace = false) =>
        Grains.BootMachineAsync(json, protocol, seed, force, trace);

    /// <summary>A built-in machine with 256 MiB, so that a boot takes milliseconds.</summary>
    public static string Small(string builtIn) => SmallMachine.Of(builtIn);
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
