using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>
/// The last versions of the tables: as many as a repaint publishes before its barrier, since until then any CPU, also
/// one that has lost its memory, may use the first of them. Successive versions share all that did not change.
/// </summary>
internal sealed class PublishedVersions
{
    /// <summary>How many.</summary>
    public const int Kept = 64;

    private readonly Dictionary<long, PublishedTables> _versions = [];

    /// <summary>The number of the newest; 0 where there is none.</summary>
    public long Newest { get; private set; }

    public void Publish(TableSnapshot tables)
    {
        Newest = tables.Version;
        _versions[tables.Version] = new(tables);
        _versions.Remove(tables.Version - Kept);
    }

    /// <param name="version">0 asks for the newest.</param>
    /// <exception cref="InvalidOperationException">It is too old, or not yet there.</exception>
    public PublishedTables Get(long version) =>
        _versions.TryGetValue(version == 0 ? Newest : version, out var published)
        ? published
        : throw new InvalidOperationException(
            $"version {version} of the tables is no longer kept; the newest is {Newest}");
}
