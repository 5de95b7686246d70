using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Silo.Health;

/// <summary>/health/live reports that the process answers; /health/ready reports that the silo accepts calls.</summary>
internal static class HealthEndpoints
{
    private const string Ready = "ready";

    public static void AddHealth(this IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton(settings).AddHostedService<Drain>();
        var checks = services.AddHealthChecks().AddCheck<SiloHealthCheck>("silo", tags: [Ready]);
        if (settings.Clustering != SiloClustering.Redis)
            return;
        // A singleton, so that its connection is kept.
        services.AddSingleton<RedisHealthCheck>();
        checks.AddCheck<RedisHealthCheck>("redis", tags: [Ready]);
        services.AddSingleton<OwnRow>().AddHostedService(s => s.GetRequiredService<OwnRow>());
        checks.AddCheck<OwnRowHealthCheck>("member", tags: [Ready]);
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = c => c.Tags.Contains(Ready) });
    }
}
