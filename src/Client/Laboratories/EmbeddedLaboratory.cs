using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Mmu.Silo.Hosting;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>A silo inside this process.</summary>
internal sealed class EmbeddedLaboratory : ILaboratory
{
    private readonly IHost _host;

    private EmbeddedLaboratory(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public static async Task<ILaboratory> OpenAsync(CancellationToken cancellationToken)
    {
        // A starting silo is slow to notice a cancellation; Ctrl-C does not wait for it.
        var starting = EmbeddedSilo.StartAsync(cancellationToken);
        try
        {
            return new EmbeddedLaboratory(await starting.WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            _ = StopLaterAsync(starting);
            throw;
        }
    }

    private static async Task StopLaterAsync(Task<IHost> starting)
    {
        await ((Task)starting)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (starting.IsCompletedSuccessfully)
            await HostShutdown.StopAsync(await starting);
    }

    public ValueTask DisposeAsync() => HostShutdown.StopAsync(_host);
}
