using Orleans.Mmu.Silo.Settings;

namespace Orleans.Mmu.Silo.Health;

/// <summary>
/// Delays the stop of a silo: first the silo reports for a while that it is not ready, so that load balancers send no
/// further calls; then it stops.
/// </summary>
internal sealed class Drain(SiloSettings settings) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken) =>
        await Task.Delay(settings.Drain, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
