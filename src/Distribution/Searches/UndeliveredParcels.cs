using Orleans.Mmu.Exploration.Partitions;

namespace Orleans.Mmu.Distribution.Searches;

/// <summary>The parcels of a step that their receivers have not confirmed yet.</summary>
internal sealed class UndeliveredParcels
{
    private readonly byte[][] _parcels;

    /// <param name="parcels">One for each partition; empty for none.</param>
    /// <param name="from">The partition that found them; it keeps its own parcel.</param>
    public UndeliveredParcels(PartitionOrder order, IReadOnlyList<byte[]> parcels, int from)
    {
        (Ordinal, From) = (order.Ordinal, from);
        _parcels = [.. parcels.Select((p, to) => to != from && (order.Receivers >> to & 1) != 0 ? p : [])];
    }

    /// <summary>The step.</summary>
    public long Ordinal { get; }

    /// <summary>The partition that found them.</summary>
    public int From { get; }

    /// <summary>Delivers all that is left.</summary>
    /// <param name="deliver">Delivers to a partition; false if it refuses or does not answer.</param>
    /// <returns>Whether nothing is left.</returns>
    public async Task<bool> DeliverAsync(long epoch, Func<int, ParcelMessage, Task<bool>> deliver)
    {
        bool[] delivered = await Task.WhenAll(
            Enumerable.Range(0, _parcels.Length).Where(to => _parcels[to].Length > 0).Select(async to =>
            {
                bool isDelivered = await deliver(to, new(Ordinal, From, _parcels[to], epoch));
                if (isDelivered)
                    _parcels[to] = [];
                return isDelivered;
            }));
        return delivered.All(d => d);
    }
}
