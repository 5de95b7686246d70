using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;

namespace Orleans.Mmu.Chaos.Network;

/// <summary>
/// Cuts silos off from each other: every connection between them breaks, with all that is on its way, and no new one is
/// made until the partition heals.
/// </summary>
internal sealed class Partition
{
    private readonly Lock _lock = new();
    private readonly HashSet<ConnectionContext> _connections = [];
    private bool _isCut;

    /// <summary>How often silos were cut off from each other.</summary>
    public int Cuts { get; private set; }

    public void AddTo(ISiloBuilder silo) => silo.Configure<SiloConnectionOptions>(options =>
    {
        options.ConfigureSiloInboundConnection(Join);
        options.ConfigureSiloOutboundConnection(Join);
    });

    /// <summary>Cuts, and heals after a time.</summary>
    public async Task CutAsync(TimeSpan length)
    {
        ConnectionContext[] cut;
        lock (_lock)
        {
            Cuts++;
            _isCut = true;
            cut = [.. _connections];
        }

        foreach (var connection in cut)
            connection.Abort(new ConnectionAbortedException("the silos are cut off from each other"));
        await Task.Delay(length);
        lock (_lock)
            _isCut = false;
    }

    private void Join(IConnectionBuilder builder) => builder.Use(next => async connection =>
    {
        lock (_lock)
        {
            if (_isCut)
            {
                connection.Abort(new ConnectionAbortedException("the silos are cut off from each other"));
                return;
            }

            _connections.Add(connection);
        }

        try
        {
            await next(connection);
        }
        finally
        {
            lock (_lock)
                _connections.Remove(connection);
        }
    });
}
