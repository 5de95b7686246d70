using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Mmu.Silo.Settings;
using StackExchange.Redis;

namespace Orleans.Mmu.Silo.Health;

/// <summary>Healthy while Redis answers: without Redis, no grain's state can be read or written.</summary>
internal sealed class RedisHealthCheck(SiloSettings settings) : IHealthCheck, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() =>
    {
        var options = settings.RedisOptions;
        // A lost connection is re-established automatically.
        options.AbortOnConnectFail = false;
        return ConnectionMultiplexer.ConnectAsync(options);
    });

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var connection = await _connection.Value.WaitAsync(Patience, cancellationToken);
            await connection.GetDatabase().PingAsync().WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy("Redis answers");
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy("Redis does not answer");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _connection.Value).DisposeAsync();
    }
}
