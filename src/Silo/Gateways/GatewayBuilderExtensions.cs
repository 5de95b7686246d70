using Orleans.Configuration;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>Adds the inspection of clients' messages to a silo.</summary>
internal static class GatewayBuilderExtensions
{
    /// <summary>
    /// Adds the inspection to the gateway's port. It must be called after the TLS middleware is added, because it reads
    /// decrypted bytes.
    /// </summary>
    public static void UseGatewayInspection(this ISiloBuilder silo, SiloSettings settings)
    {
        silo.Services.AddSingleton<ClientPreamble>()
            .AddSingleton(services => ActivatorUtilities.CreateInstance<OpenGrains>(services, settings))
            .AddSingleton<GatewayInspection>();
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<GatewayInspection>(
            (options, inspection) => options.ConfigureGatewayInboundConnection(inspection.AddTo));
    }
}
