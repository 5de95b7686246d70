using Orleans.Configuration;
using Orleans.Mmu.Chaos.Processes;

namespace Orleans.Mmu.Chaos.Network;

/// <summary>
/// Cuts silos off from each other: every connection between them breaks, with all that is on its way, and no new one is
/// made until the partition heals.
/// </summary>
internal sealed class Partition
{
    private readonly OpenConnections _connections = new("the silos are cut off from each other");
    private int _cuts;

    /// <summary>How often silos were cut off from each other.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public void AddTo(ISiloBuilder silo) => silo.Configure<SiloConnectionOptions>(options =>
    {
        options.ConfigureSiloInboundConnection(_connections.Join);
        options.ConfigureSiloOutboundConnection(_connections.Join);
    });

    /// <summary>Cuts, and heals after a time.</summary>
    public async Task CutAsync(TimeSpan length)
    {
        Interlocked.Increment(ref _cuts);
        _connections.Break(isRefusing: true);
        await Task.Delay(length);
        _connections.Accept();
    }
}
