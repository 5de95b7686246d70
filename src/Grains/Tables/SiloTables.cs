using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>
/// The versions of tables that grains of this silo hold, by machine and number. A version never changes, so that one
/// found here equals one that was sent, and costs no call. The table keeps no version alive.
/// </summary>
public sealed class SiloTables
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<long, WeakReference<TableSnapshot>>>
        _machines = [];

    public void Add(string machine, TableSnapshot tables)
    {
        var versions = _machines.GetOrAdd(machine, static _ => []);
        versions[tables.Version] = new(tables);
        versions.TryRemove(tables.Version - PublishedVersions.Kept, out _);
    }

    public bool TryGet(string machine, long version, [NotNullWhen(true)] out TableSnapshot? tables)
    {
        tables = null;
        return _machines.TryGetValue(machine, out var versions) && versions.TryGetValue(version, out var known)
            && known.TryGetTarget(out tables);
    }

    /// <summary>
    /// Drops a machine whose writer or replica leaves this silo. A CPU that still needs a version asks for it again.
    /// </summary>
    public void Forget(string machine) => _machines.TryRemove(machine, out _);
}
