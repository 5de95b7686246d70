using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orleans.Mmu.Silo.Health;

/// <summary>Ready while the table of members has this silo.</summary>
internal sealed class OwnRowHealthCheck(OwnRow row) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(row.IsLost
            ? HealthCheckResult.Unhealthy("the table of members has no such silo")
            : HealthCheckResult.Healthy("the table of members has this silo"));
}
