using Orleans.Configuration;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Silo.Gateways;

/// <summary>Inspection of what clients send.</summary>
internal static class GatewayBuilderExtensions
{
    /// <summary>Adds the inspection to the gateway's port; call it after what decrypts connections.</summary>
    public static void UseGatewayInspection(this ISiloBuilder silo, SiloSettings settings)
    {
        silo.Services.AddSingleton<ClientPreamble>()
            .AddSingleton(services => ActivatorUtilities.CreateInstance<OpenGrains>(services, settings))
            .AddSingleton<GatewayInspection>();
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<GatewayInspection>(
            (options, inspection) => options.ConfigureGatewayInboundConnection(inspection.AddTo));
    }
}
