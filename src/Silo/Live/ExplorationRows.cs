using System.Collections.Immutable;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Viewer.Live;

namespace Orleans.Mmu.Silo.Live;

/// <summary>The cluster's explorations as rows of a list.</summary>
internal static class ExplorationRows
{
    public static ImmutableArray<ExplorationRow> Of(ExplorationPage page) =>
        [.. page.Entries.Select(e => new ExplorationRow(
            OneLine.Of(e.Told.System), e.Told.Cpus, e.Began, Words(e, page.Now), e.Told.States))];

    private static string Words(ExplorationEntry entry, DateTimeOffset now) => entry.Told.State switch
    {
        ExplorationState.Exploring when entry.IsSilent(now) => "no word from its leader any more",
        ExplorationState.Exploring => "exploring",
        ExplorationState.Holds => "holds",
        ExplorationState.Violated when entry.Told.Property is { Length: > 0 } property =>
            $"violated: {OneLine.Of(property)}",
        ExplorationState.Violated => "violated",
        ExplorationState.NotDecided => "not decided",
        ExplorationState.Abandoned => "ended without a verdict",
        _ => throw new ArgumentOutOfRangeException(nameof(entry), entry.Told.State, "no such state"),
    };
}
