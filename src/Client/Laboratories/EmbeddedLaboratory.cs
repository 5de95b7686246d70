using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Mmu.Silo;

namespace Orleans.Mmu.Client;

/// <summary>A silo inside this process.</summary>
internal sealed class EmbeddedLaboratory : ILaboratory
{
    private readonly IHost _host;

    private EmbeddedLaboratory(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<ILaboratory> OpenAsync(CancellationToken cancellationToken) =>
        new EmbeddedLaboratory(await EmbeddedSilo.StartAsync(cancellationToken));

    public ValueTask DisposeAsync() => HostShutdown.StopAsync(_host);
}
