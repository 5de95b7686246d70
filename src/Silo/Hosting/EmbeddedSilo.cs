using System.Net;
using System.Net.Sockets;
using Orleans.Mmu.Grains.Startup;

namespace Orleans.Mmu.Silo.Hosting;

/// <summary>
/// A silo inside the calling process, on a free loopback port and without a gateway; it ends with the process.
/// </summary>
public static class EmbeddedSilo
{
    /// <summary>
    /// Starts a silo; its grain factory is in the host's services. Stop and dispose the host to end it.
    /// </summary>
    /// <param name="cancellationToken">Ends the start, and later the log.</param>
    public static async Task<IHost> StartAsync(CancellationToken cancellationToken)
    {
        var rehearsal = Task.Run(Rehearsal.Perform, cancellationToken);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddEmbeddedSilo(_ => { }, cancellationToken);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        await rehearsal;
        return host;
    }

    /// <summary>Adds such a silo to a host.</summary>
    /// <param name="configure">Adds to the silo.</param>
    /// <param name="cancellationToken">Ends the log.</param>
    internal static void AddEmbeddedSilo(
        this IHostApplicationBuilder builder, Action<ISiloBuilder> configure, CancellationToken cancellationToken)
    {
        // Only errors are logged, and none after a cancellation, which the caller already knows about.
        builder.Logging.AddFilter(level => level >= LogLevel.Error && !cancellationToken.IsCancellationRequested)
            .AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        // The process around the silo handles signals; the default lifetime would stop the silo under its caller.
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.UseOrleans(silo => configure(silo.UseLocalhostClustering(FreePort(), gatewayPort: 0).AddMmu()));
    }

    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
