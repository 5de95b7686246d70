using Orleans.Mmu.Interfaces.Calls;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// The silos that partitions are placed on: spread evenly over those that are active, since the slowest silo delays all
/// others.
/// </summary>
internal sealed class PartitionPlaces(ILaboratory laboratory)
{
    private List<SiloAddress>? _silos;

    /// <summary>The silo for a partition; null for any.</summary>
    public async Task<SiloAddress?> ForAsync(int number)
    {
        var silos = _silos ??= await SilosAsync();
        return silos.Count > 0 ? silos[number % silos.Count] : null;
    }

    /// <summary>Silos have changed: they are asked for before the next partition is placed.</summary>
    public void Forget() => _silos = null;

    private async Task<List<SiloAddress>> SilosAsync()
    {
        try
        {
            var silos = await RetryPolicy.ForShortCalls.AskAsync(
                () => laboratory.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true));
            return [.. silos.Keys.OrderBy(s => s.ToString(), StringComparer.Ordinal)];
        }
        catch (Exception e) when (CallFailures.HasUnknownOutcome(e))
        {
            return [];
        }
    }
}
