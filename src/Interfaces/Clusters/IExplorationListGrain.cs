using System.Collections.Immutable;

namespace Orleans.Mmu.Interfaces.Clusters;

/// <summary>The list of a cluster's explorations, for silos; key: <see cref="OnlyKey"/>.</summary>
[GrainInterfaceType("mmu.IExplorationListGrain"), Alias("mmu.IExplorationListGrain")]
public interface IExplorationListGrain : IGrainWithStringKey
{
    /// <summary>The key of the only grain of this kind.</summary>
    const string OnlyKey = "0";

    /// <summary>The explorations that go on, and the last that are over; the newest first.</summary>
    [Alias("List")]
    Task<ExplorationPage> List(CancellationToken cancellationToken);
}

/// <summary>
/// The same list, for those who lead an exploration; key: <see cref="IExplorationListGrain.OnlyKey"/>.
/// </summary>
[GrainInterfaceType("mmu.IExplorationWriterGrain"), Alias("mmu.IExplorationWriterGrain")]
public interface IExplorationWriterGrain : IGrainWithStringKey
{
    /// <summary>
    /// Writes how far an exploration is. The first report of a key adds it; one that comes after its end changes
    /// nothing.
    /// </summary>
    [Alias("Report")]
    Task Report(ExplorationReport report, CancellationToken cancellationToken);
}

/// <summary>The explorations that the cluster knows, and the time to tell their ages by.</summary>
/// <param name="Entries">The newest first.</param>
/// <param name="Now">The time by the clock of the entries.</param>
[GenerateSerializer, Immutable, Alias("mmu.ExplorationPage")]
public sealed record ExplorationPage(
    [property: Id(0)] ImmutableArray<ExplorationEntry> Entries, [property: Id(1)] DateTimeOffset Now);
