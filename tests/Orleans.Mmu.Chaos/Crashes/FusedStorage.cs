using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Storage;

namespace Orleans.Mmu.Chaos.Crashes;

/// <summary>Grain storage whose writes are moments of a machine, before and after.</summary>
internal sealed class FusedStorage(IGrainStorage storage, CrashFuse fuse)
    : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>Puts the fuse around the storage that a silo has.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var inner = services.Last(s => s.ServiceType == typeof(IGrainStorage) && s.IsKeyedService
            && Equals(s.ServiceKey, ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME));
        services.Remove(inner);
        services.AddKeyedSingleton<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (provider, key) =>
            new FusedStorage((IGrainStorage)inner.KeyedImplementationFactory!(provider, key),
                provider.GetRequiredService<CrashFuse>()));
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ReadStateAsync(stateName, grainId, grainState);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        fuse.Burn(grainId);
        await storage.WriteStateAsync(stateName, grainId, grainState);
        fuse.Burn(grainId);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ClearStateAsync(stateName, grainId, grainState);

    public void Participate(ISiloLifecycle lifecycle) =>
        (storage as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);
}
