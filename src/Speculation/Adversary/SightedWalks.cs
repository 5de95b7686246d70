using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Adversary;

/// <summary>
/// Selects what a timeline shows of a CPU's walks. A CPU walks in every window, and most walks find what the last one
/// found; only those matter between which the tables changed, and those whose entries conflict or are stale.
/// </summary>
public sealed class SightedWalks(int cpu)
{
    private readonly List<Sighting> _sighted = [];
    // The first walk of each address that found what is known of it now.
    private readonly Dictionary<VirtualAddress, RememberedWalk> _found = [];
    private readonly HashSet<RememberedWalk> _told = new(ReferenceEqualityComparer.Instance);

    /// <summary>The sightings since the last call.</summary>
    public ImmutableArray<Sighting> Take()
    {
        if (_sighted.Count == 0)
            return [];
        ImmutableArray<Sighting> taken = [.. _sighted];
        _sighted.Clear();
        return taken;
    }

    /// <summary>Takes a walk that found a translation.</summary>
    internal void Found(RememberedWalk walk, TranslationGeometry geometry)
    {
        if (_found.TryGetValue(walk.Address, out var before))
        {
            // A walk may still find older tables; what it finds is no news.
            if (walk.Version <= before.Version || walk.Steps[^1] == before.Steps[^1])
                return;
            Tell(before, geometry);
            Tell(walk, geometry);
        }

        _found[walk.Address] = walk;
    }

    /// <summary>The entries of two walks conflict.</summary>
    /// <param name="older">Null for an entry from before the run.</param>
    internal void Conflict(
        RememberedWalk? older, RememberedWalk newer, Property property, TranslationGeometry geometry)
    {
        Tell(older, geometry);
        _sighted.Add(new(cpu, newer.Began, newer.Step, _told.Add(newer) ? Words(newer, geometry) : null,
            property.Name));
    }

    /// <summary>A step violates a property.</summary>
    internal void Violation(SpeculationWindow window, Property property) =>
        _sighted.Add(new(cpu, window.Began, window.Step, null, property.Name));

    /// <summary>A walk whose entry is stale.</summary>
    internal void Tell(RememberedWalk? walk, TranslationGeometry geometry)
    {
        if (walk is not null && _told.Add(walk))
            _sighted.Add(new(cpu, walk.Began, walk.Step, Words(walk, geometry), null));
    }

    private static string Words(RememberedWalk walk, TranslationGeometry geometry)
    {
        var (level, leaf) = (walk.Steps[^1].Level, walk.Steps[^1].Value);
        string kind = level.IsLast ? "page" : "block";
        string contiguous = leaf.Contiguous ? " of a contiguous group" : "";
        return $"walks {walk.Address}: {LeafCensus.SizeName(geometry.Size(level))} {kind}{contiguous}, "
            + $"descriptor {leaf} (tables version {walk.Version})";
    }
}
