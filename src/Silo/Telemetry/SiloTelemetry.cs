using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Orleans.Mmu.Grains.Telemetry;

namespace Orleans.Mmu.Silo.Telemetry;

/// <summary>
/// Metrics at /metrics; metrics, traces and logs to an OTLP endpoint if the standard variable names one.
/// </summary>
internal static class SiloTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <exception cref="ArgumentException">The endpoint is not a URL.</exception>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // The slim host's default formatter would override the configuration.
        builder.Services.Configure<ConsoleLoggerOptions>(builder.Configuration.GetSection("Logging:Console"));
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddService("orleans-mmu-silo").AddEnvironmentVariableDetector())
            .WithMetrics(
                m => m.AddMeter(MmuMeter.Name, "Microsoft.Orleans").AddRuntimeInstrumentation()
                    .AddPrometheusExporter());
        if (builder.Configuration[Endpoint] is not { Length: > 0 } endpoint)
            return;
        // The exporter would silently send nothing.
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new ArgumentException(
                $"{Endpoint}: expected an address such as http://localhost:4317, found \"{endpoint}\"");
        telemetry.WithTracing(t => t.AddSource(MmuMeter.Name, "Microsoft.Orleans.*")).WithLogging().UseOtlpExporter();
        // Calls carry their span only if traces are exported.
        builder.Host.UseOrleans(silo => silo.AddActivityPropagation());
    }

    public static void MapTelemetry(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics");
}
