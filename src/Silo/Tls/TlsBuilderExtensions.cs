using Orleans.Configuration;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>TLS on every connection between silos and from clients.</summary>
public static class TlsBuilderExtensions
{
    // TlsHandshake logs the same in one line with the address; the package logs a stack trace without the address.
    private const string PackageLog = "Orleans.Connections.Security";

    /// <summary>Makes a silo require certificates: every connection needs one that its authority has signed.</summary>
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

    /// <summary>Makes a client require a certificate of every gateway.</summary>
    /// <param name="host">The name that the gateway's certificate must match; null for the gateway's address.</param>
    /// <param name="refused">Receives the reason when a connection is refused.</param>
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
