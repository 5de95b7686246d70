using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orleans.Mmu.Silo.Health;

/// <summary>Healthy while this silo is an active member of its cluster and has not been told to stop.</summary>
internal sealed class SiloHealthCheck(
    IClusterMembershipService membership, ILocalSiloDetails local, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return Task.FromResult(HealthCheckResult.Unhealthy($"{local.SiloAddress} is stopping"));
        var status = membership.CurrentSnapshot.GetSiloStatus(local.SiloAddress);
        return Task.FromResult(status == SiloStatus.Active
            ? HealthCheckResult.Healthy($"{local.SiloAddress} is active")
            : HealthCheckResult.Unhealthy($"{local.SiloAddress} is {status}"));
    }
}
