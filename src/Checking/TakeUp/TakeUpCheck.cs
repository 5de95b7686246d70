using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>Explores the take-up protocol completely.</summary>
internal static class TakeUpCheck
{
    /// <exception cref="OperationCanceledException">The exploration was cancelled.</exception>
    public static TakeUpReport Run(TakeUpOptions options, CancellationToken cancellationToken)
    {
        var system = new TakeUpSystem(options);
        var exploration = Explorer.Explore<TakeUpState, TakeUpSystem>(system, new(), cancellationToken);
        return new(exploration.End == ExplorationEnd.Complete, exploration.States, exploration.Transitions,
            exploration.Depth, exploration.Elapsed,
            [.. exploration.Findings.Select(f => new TakeUpFinding((TakeUpProperty)f.Property, system.Tell(f.Path)))]);
    }
}

/// <summary>What an exploration has found.</summary>
/// <param name="IsComplete">Every state was explored.</param>
/// <param name="Depth">Transitions to the farthest state.</param>
/// <param name="Findings">One for each property that does not hold; empty where all hold.</param>
internal sealed record TakeUpReport(
    bool IsComplete, long States, long Transitions, int Depth, TimeSpan Elapsed,
    ImmutableArray<TakeUpFinding> Findings);

/// <summary>
/// A property that does not hold, and a shortest way to where it does not, one line for each transition.
/// </summary>
internal sealed record TakeUpFinding(TakeUpProperty Property, ImmutableArray<string> Story);
