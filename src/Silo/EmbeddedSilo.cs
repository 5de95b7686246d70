using System.Net;
using System.Net.Sockets;

namespace Orleans.Mmu.Silo;

/// <summary>A silo inside the calling process, on a free loopback port and without a gateway; gone with the process.</summary>
public static class EmbeddedSilo
{
    /// <summary>Starts a silo; its grain factory is in the host's services. Stop and dispose the host to end it.</summary>
    public static async Task<IHost> StartAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort(), gatewayPort: 0).AddMmu());
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
