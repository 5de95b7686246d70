using Orleans.Configuration;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>TLS on every connection between silos and from clients.</summary>
public static class TlsBuilderExtensions
{
    // TlsHandshake says the same in one line, with the address; the package's warning has a stack trace and no address.
    private const string PackageLog = "Orleans.Connections.Security";

    /// <summary>A silo that talks to nobody without a certificate of its authority.</summary>
    public static ISiloBuilder UseTls(this ISiloBuilder silo, TlsIdentity identity)
    {
        silo.Services.AddLogging(l => l.AddFilter(PackageLog, LogLevel.Error));
        silo.Services.AddOptions<SiloConnectionOptions>()
            .Configure<ILogger<TlsHandshake>, TimeProvider>((options, logger, time) =>
        {
            options.ConfigureSiloInboundConnection(new TlsHandshake(identity, PeerRole.Silo, time, logger).AddInbound);
            options.ConfigureSiloOutboundConnection(
                c => new TlsHandshake(identity, PeerRole.Silo, time, logger).AddOutbound(c));
            options.ConfigureGatewayInboundConnection(
                new TlsHandshake(identity, PeerRole.Client, time, logger).AddInbound);
        });
        return silo;
    }

    /// <summary>A client that talks to no gateway without one.</summary>
    /// <param name="host">The name that the gateway's certificate must be for; null: its address.</param>
    /// <param name="refused">Hears why a connection did not come about.</param>
    public static IClientBuilder UseTls(
        this IClientBuilder client, TlsIdentity identity, string? host, Action<string> refused)
    {
        client.Services.AddOptions<ClientConnectionOptions>()
            .Configure<ILogger<TlsHandshake>, TimeProvider>((options, logger, time) =>
            options.ConfigureConnection(
                c => new TlsHandshake(identity, PeerRole.Gateway, time, logger, refused).AddOutbound(c, host)));
        return client;
    }
}
