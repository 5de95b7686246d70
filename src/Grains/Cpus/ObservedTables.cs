using Orleans.Mmu.Arm;
using Orleans.Mmu.Checking;
using Orleans.Mmu.Interfaces;

namespace Orleans.Mmu.Grains;

/// <summary>
/// The versions of the tables that a CPU has observed: references to what its silo holds once. The two of a window are
/// all that is kept.
/// </summary>
internal sealed class ObservedTables(ITableReplicaGrain replica)
{
    private readonly Dictionary<long, TableSnapshot> _known = [];
    private long _floor;

    /// <param name="version">0 asks for the newest.</param>
    public async ValueTask<TableSnapshot> Version(long version, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(version, out var known))
            return known;
        var tables = (await replica.GetTables(version, cancellationToken)).Snapshot;
        _known[tables.Version] = tables;
        return tables;
    }

    /// <summary>From here on nothing older than this version is looked at.</summary>
    public void Raise(long version) => _floor = Math.Max(_floor, version);

    /// <summary>A version, or a newer one if the floor has passed it; older ones are forgotten.</summary>
    public async Task<TableSnapshot> NotOlder(long version, CancellationToken cancellationToken)
    {
        var tables = await Version(Math.Max(version, _floor), cancellationToken);
        while (tables.Version < _floor)
            tables = await Version(_floor, cancellationToken);
        Forget(tables.Version);
        return tables;
    }

    /// <summary>A window with its tables; older ones are forgotten.</summary>
    public async ValueTask<SpeculationWindow> Window(WindowMessage window, CancellationToken cancellationToken)
    {
        var ordered = await Version(window.OrderedVersion, cancellationToken);
        var current = await Version(window.CurrentVersion, cancellationToken);
        Forget(window.OrderedVersion);
        return new(window.Ordinal, window.After, ordered, current)
        {
            Changes = [.. window.Changes.Select(c => new TableChange(c.Key, c.Value))],
        };
    }

    private void Forget(long before)
    {
        foreach (long old in _known.Keys.Where(v => v < before).ToList())
            _known.Remove(old);
    }
}
