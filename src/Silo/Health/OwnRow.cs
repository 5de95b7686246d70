using Orleans.Clustering.Redis;
using StackExchange.Redis;

namespace Orleans.Mmu.Silo.Health;

/// <summary>
/// Reads this silo's row in the table of members, again and again. A silo without a row, or with one that says Dead, is
/// in no cluster, although its own memory of the table says otherwise: others can neither see it nor declare it dead,
/// and would form a second cluster over the same storage. It is not ready from then on, and stops.
/// </summary>
internal sealed class OwnRow(
    IMembershipTable table, ILocalSiloDetails local, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<OwnRow> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    // For calls and activations that end by themselves.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>Whether this silo has been found to be no member any more.</summary>
    public bool IsLost { get; private set; }

    // The silo has started, so that its row has been written.
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _reading = ReadAsync();
        return Task.CompletedTask;
    }

    // A silo that stops takes its row back by itself.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _reading;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();

    private async Task ReadAsync()
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (await StatusAsync() is not { } status)
                    continue;
                if (status is not (SiloStatus.None or SiloStatus.Dead))
                    continue;
                IsLost = true;
                logger.NoMember(local.SiloAddress, status == SiloStatus.None ? "has no row" : "is dead");
                lifetime.StopApplication();
                _ = EndAsync();
                return;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    // Orleans' stop waits for the table to take the silo's last word, which a lost table never does. Grains write what
    // they need before they act, so that an end by force loses no more than a crash.
    private async Task EndAsync()
    {
        await Task.Delay(Grace, time);
        await Console.Error.WriteLineAsync($"the silo ends: the table of members does not have {local.SiloAddress}");
        Environment.Exit(1);
    }

    // Null where the table cannot be read; None where it has no row of this silo.
    private async Task<SiloStatus?> StatusAsync()
    {
        try
        {
            var rows = await table.ReadAllAsync(_stop.Token);
            return rows.Members.Select(m => m.Item1)
                .FirstOrDefault(m => m.SiloAddress.Equals(local.SiloAddress))?.Status ?? SiloStatus.None;
        }
        catch (RedisClusteringException)
        {
            // Redis answers, and has no such table.
            return SiloStatus.None;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // A server that does not answer says nothing about the table; the check of Redis reports it.
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The watch outlives an error that says nothing about the silo's row.
            logger.TableUnread(e.Message);
            return null;
        }
    }
}
