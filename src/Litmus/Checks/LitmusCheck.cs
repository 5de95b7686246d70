using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Litmus.Tests;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Litmus.Checks;

/// <summary>
/// Checks a litmus test as a protocol: at no moment does a CPU hold TLB entries that its BBM level forbids, every
/// program can end, and no final state is one that the condition forbids (~exists, forall).
/// </summary>
public static class LitmusCheck
{
    /// <exception cref="Inputs.InputException">
    /// The program uses something that is not supported; the error names the line.
    /// </exception>
    public static CheckReport Run(
        LitmusTest test, CheckOptions options, IProgress<ExplorationProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (options.Levels is { } levels)
            test = test with { Levels = levels };
        long memory = options.MemoryLimit ?? LitmusExecution.UsualMemory;
        try
        {
            return Explore(test, memory, options.TimeIsOver, progress, cancellationToken);
        }
        catch (StateLimitException)
        {
            return new CheckReport
            {
                Protocol = test.Name,
                Cpus = test.Programs.Length,
                Verdict = CheckVerdict.NotDecided,
                Symmetry = false,
                States = 0,
                MemoryBytes = memory,
                Notes = [new("memory", $"its states need more than {memory >> 20} MiB (--memory allows more)")],
            };
        }
    }

    private static CheckReport Explore(
        LitmusTest test, long memory, CancellationToken timeIsOver, IProgress<ExplorationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var system = new LitmusSystem(test, ets2: false, memory / 2);
        var settings =
            new ExplorerOptions
            {
                Workers = 1,
                Progress = progress,
                MemoryLimit = memory / 2,
                TimeIsOver = timeIsOver,
            };
        var exploration = Explorer.Explore<Bits256, LitmusSystem>(system, settings, cancellationToken);
        var found = exploration.Findings.Select(f => (f.Path, Property: LitmusProperties.Of(f.Property)))
            .OrderBy(f => f.Path.Count).ToList();
        bool complete = exploration.End == ExplorationEnd.Complete;
        var order = found.Count > 0 ? null : OrderNote.Of(test, memory, cancellationToken, timeIsOver);
        return new CheckReport
        {
            Protocol = test.Name,
            Cpus = test.Programs.Length,
            Verdict = found.Count > 0 ? CheckVerdict.Violated
                : complete && order is not { ForbidsHolds: true } ? CheckVerdict.Holds : CheckVerdict.NotDecided,
            Property = found.Count > 0 ? found[0].Property : null,
            Symmetry = false,
            States = exploration.States,
            Transitions = exploration.Transitions,
            Seconds = exploration.Elapsed.TotalSeconds,
            MemoryBytes = exploration.MemoryBytes,
            Levels = test.JudgesConflicts ? [.. Enumerable.Range(0, test.Programs.Length).Select(test.Level)] : [],
            Counterexample = found.Count > 0
                ? new LitmusCounterexample(test, system).Of(found[0].Path, found[0].Property) : null,
            Violated = [.. found.Select(f => (f.Property, f.Path.Count - 1))],
            Notes =
            [
                .. Notes(
                    test, complete ? null
                        : CheckNote.Incomplete(exploration.End == ExplorationEnd.TimeLimit, exploration.States)),
                .. order is null ? [] : new[] { new CheckNote("in-order", order.Text) },
            ],
        };
    }

    private static ImmutableArray<CheckNote> Notes(LitmusTest test, CheckNote? incomplete) =>
    [
        .. incomplete is null ? [] : new[] { incomplete },
        .. test.JudgesConflicts
            ? []
            : new[]
            {
                new CheckNote(
                    "bbm",
                    "the test has no line BBM=…, so overlapping TLB entries are not judged and stores are not " +
                    "buffered"),
            },
        .. test.Condition.Quantifier == LitmusQuantifier.Exists
            ? new[]
            {
                new CheckNote(
                    "condition",
                    "exists asks whether something can happen and rules nothing out; ~exists and forall do"),
            }
            : [],
    ];
}
