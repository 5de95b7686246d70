using Orleans.Configuration;

namespace Orleans.Mmu.Silo.Tls;

/// <summary>TLS on every connection between silos and from clients.</summary>
public static class TlsBuilderExtensions
{
    /// <summary>A silo that talks to nobody without a certificate of its authority.</summary>
    public static ISiloBuilder UseTls(this ISiloBuilder silo, TlsIdentity identity)
    {
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<ILogger<TlsConnection>>((options, logger) =>
        {
            options.ConfigureSiloInboundConnection(c => c.UseMiddleware(new TlsInbound(identity, PeerRole.Silo, logger)));
            options.ConfigureSiloOutboundConnection(c => c.UseMiddleware(new TlsOutbound(identity, PeerRole.Silo, host: null, logger, refused: null)));
            options.ConfigureGatewayInboundConnection(c => c.UseMiddleware(new TlsInbound(identity, PeerRole.Client, logger)));
        });
        return silo;
    }

    /// <summary>A client that talks to no gateway without one.</summary>
    /// <param name="host">The name that the gateway's certificate must be for; null: its address.</param>
    /// <param name="refused">Hears why a connection did not come about.</param>
    public static IClientBuilder UseTls(this IClientBuilder client, TlsIdentity identity, string? host, Action<string> refused)
    {
        client.Services.AddOptions<ClientConnectionOptions>().Configure<ILogger<TlsConnection>>((options, logger) =>
            options.ConfigureConnection(c => c.UseMiddleware(new TlsOutbound(identity, PeerRole.Gateway, host, logger, refused))));
        return client;
    }
}
