using System.Collections.Immutable;

namespace Orleans.Mmu.Interfaces.Clusters;

/// <summary>
/// The silos of the cluster, for clients; key: <see cref="OnlyKey"/>. Orleans' own grain for this can do more than
/// clients may.
/// </summary>
[GrainInterfaceType("mmu.ISilosGrain"), Alias("mmu.ISilosGrain")]
public interface ISilosGrain : IGrainWithStringKey
{
    /// <summary>The key of the only grain of this kind.</summary>
    const string OnlyKey = "0";

    /// <summary>The silos that the table of members has and that are not dead, by address.</summary>
    [Alias("List")]
    Task<ImmutableArray<SiloEntry>> List(CancellationToken cancellationToken);
}

/// <summary>A silo of the cluster, as the table of members and the silo itself describe it.</summary>
/// <param name="Address">Where other silos reach it, as ADDRESS:PORT.</param>
/// <param name="Status">The status in the table of members: Joining, Active, ShuttingDown, Stopping.</param>
/// <param name="Activations">The activations of grains on it; null where the silo does not answer.</param>
/// <param name="Since">When it started, by its own clock.</param>
/// <param name="Version">The version of its program; null where it is not known.</param>
[GenerateSerializer, Immutable, Alias("mmu.SiloEntry")]
public sealed record SiloEntry(
    [property: Id(0)] string Address,
    [property: Id(1)] string Status,
    [property: Id(2)] int? Activations,
    [property: Id(3)] DateTimeOffset Since,
    [property: Id(4)] string? Version);
