using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Grains.Tables;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>
/// The versions of the tables that a CPU has observed, as references to the silo's copies. Only the two versions of a
/// window are kept.
/// </summary>
internal sealed class ObservedTables(string machine, SiloTables silo, ITableReplicaGrain replica)
{
    private TableSnapshot? _ordered;
    private TableSnapshot? _current;
    private long _floor;

    /// <param name="version">0 asks for the newest.</param>
    public ValueTask<TableSnapshot> Version(long version, CancellationToken cancellationToken)
    {
        if (version != 0)
        {
            if (_current?.Version == version)
                return new(_current);
            if (_ordered?.Version == version)
                return new(_ordered);
            if (silo.TryGet(machine, version, out var here))
                return new(here);
        }

        return FetchAsync(version, cancellationToken);
    }

    /// <summary>From here on nothing older than this version is looked at.</summary>
    public void Raise(long version) => _floor = Math.Max(_floor, version);

    /// <summary>A version, or a newer one if the floor has passed it.</summary>
    public async Task<TableSnapshot> NotOlder(long version, CancellationToken cancellationToken)
    {
        var tables = await Version(Math.Max(version, _floor), cancellationToken);
        while (tables.Version < _floor)
            tables = await Version(_floor, cancellationToken);
        return _ordered = _current = tables;
    }

    /// <summary>A window with its tables.</summary>
    public async ValueTask<SpeculationWindow> Window(RunWindow window, CancellationToken cancellationToken)
    {
        var ordered = await Version(window.OrderedVersion, cancellationToken);
        var current = window.CurrentVersion == window.OrderedVersion ? ordered
            : await Version(window.CurrentVersion, cancellationToken);
        (_ordered, _current) = (ordered, current);
        return new(window.Ordinal, window.After, ordered, current) { Changes = window.Changes, Began = window.Began };
    }

    private async ValueTask<TableSnapshot> FetchAsync(long version, CancellationToken cancellationToken) =>
        _current = (await replica.GetTables(version, cancellationToken)).Snapshot;
}
