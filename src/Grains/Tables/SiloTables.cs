using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>
/// The versions of tables that somebody in this silo holds, by machine and number. A version never changes, so no grain
/// can tell whether it found one here or was sent it; here it is found without a call. Nothing is kept alive by this.
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
    /// Nobody here works with this machine any more, as far as the caller knows; who does asks as if it were new.
    /// </summary>
    public void Forget(string machine) => _machines.TryRemove(machine, out _);
}
