using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Orleans.Mmu.Silo;

/// <summary>Ready while this silo is an active member of its cluster.</summary>
internal sealed class SiloHealthCheck(IClusterMembershipService membership, ILocalSiloDetails local) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = membership.CurrentSnapshot.GetSiloStatus(local.SiloAddress);
        return Task.FromResult(status == SiloStatus.Active
            ? HealthCheckResult.Healthy($"{local.SiloAddress} is active")
            : HealthCheckResult.Unhealthy($"{local.SiloAddress} is {status}"));
    }
}
