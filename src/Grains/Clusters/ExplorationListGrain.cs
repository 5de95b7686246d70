using System.Collections.Immutable;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Storage;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Grains.Clusters;

/// <summary>
/// The list of explorations. An exploration's beginning and end are stored; what it counts in between is in memory, and
/// its leader's next report brings it again.
/// </summary>
[GrainType("explorations"), CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class ExplorationListGrain(
    [PersistentState("explorations")] IPersistentState<ExplorationListState> state, StateLifetime lifetime,
    TimeProvider time)
    : Grain, IExplorationListGrain, IExplorationWriterGrain
{
    /// <summary>The explorations that the list has at most; the oldest leave, those that are over first.</summary>
    public const int Most = 100;

    private const int LongestName = 64;

    public Task<ExplorationPage> List(CancellationToken cancellationToken) => Task.FromResult(new ExplorationPage(
        [.. Kept().Values.OrderByDescending(e => e.Began).ThenBy(e => e.Told.Key, StringComparer.Ordinal)],
        time.GetUtcNow()));

    public async Task Report(ExplorationReport report, CancellationToken cancellationToken)
    {
        if (report is not { Key: not null, System: not null } || !MachineKey.IsValid(report.Key)
            || !Enum.IsDefined(report.State))
            throw new RefusedException("expected the report of an exploration, with a key, a system and a state");
        var kept = Kept();
        var known = kept.GetValueOrDefault(report.Key);
        if (known is { IsOpen: false })
            return;
        var now = time.GetUtcNow();
        var told = report with { System = Shortened(report.System), Property = Shortened(report.Property ?? "") };
        kept = kept.SetItem(report.Key, new(told, known?.Began ?? now, now));
        foreach (var oldest in kept.Values.OrderBy(e => e.IsOpen).ThenBy(e => e.Changed)
            .Take(Math.Max(kept.Count - Most, 0)))
            kept = kept.Remove(oldest.Told.Key);
        state.State = new() { Entries = kept };
        if (known is null || report.State != ExplorationState.Exploring)
            await state.WriteOrDeactivateAsync(this);
    }

    private ImmutableDictionary<string, ExplorationEntry> Kept()
    {
        var now = time.GetUtcNow();
        return state.State.Entries.RemoveRange(
            state.State.Entries.Values.Where(e => lifetime.IsOver(e.Changed, now)).Select(e => e.Told.Key));
    }

    private static string Shortened(string name) => name[..Math.Min(name.Length, LongestName)];
}

/// <summary>What must survive of the list: the explorations by key.</summary>
[GenerateSerializer, Immutable, Alias("mmu.ExplorationListState")]
public sealed record ExplorationListState
{
    [Id(0)]
    public ImmutableDictionary<string, ExplorationEntry> Entries { get; init; } =
        ImmutableDictionary<string, ExplorationEntry>.Empty;
}
