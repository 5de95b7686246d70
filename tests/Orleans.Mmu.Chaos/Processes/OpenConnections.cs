using Microsoft.AspNetCore.Connections;

namespace Orleans.Mmu.Chaos.Processes;

/// <summary>Connections that can be broken all at once, with everything that is in transit on them.</summary>
internal sealed class OpenConnections(string reason)
{
    private readonly Lock _lock = new();
    private readonly HashSet<ConnectionContext> _connections = [];
    private bool _isRefusing;

    /// <summary>Adds every connection that is made from now on.</summary>
    public void Join(IConnectionBuilder builder) => builder.Use(next => async connection =>
    {
        lock (_lock)
        {
            if (_isRefusing)
            {
                connection.Abort(new ConnectionAbortedException(reason));
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

    /// <summary>Breaks them.</summary>
    /// <param name="isRefusing">No further connection is made until <see cref="Accept"/>.</param>
    public void Break(bool isRefusing = false)
    {
        ConnectionContext[] broken;
        lock (_lock)
        {
            _isRefusing = isRefusing;
            broken = [.. _connections];
        }

        foreach (var connection in broken)
            connection.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>Connections are made again.</summary>
    public void Accept()
    {
        lock (_lock)
            _isRefusing = false;
    }
}
