using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Order;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Runs;

/// <summary>The result of running a litmus test.</summary>
/// <param name="States">Every reachable final state in herd's form, sorted.</param>
/// <param name="Positive">How many of them satisfy the condition's proposition.</param>
/// <param name="Negative">How many do not satisfy it.</param>
/// <param name="Flags">The flags of Arm's model.</param>
/// <param name="Explored">Number of explored states.</param>
public sealed record LitmusResult(
    LitmusTest Test, ImmutableArray<string> States, int Positive, int Negative, ImmutableArray<string> Flags,
    long Explored)
{
    /// <summary>
    /// Whether the condition, with its quantifier, holds; null where the search is not complete and no final state so
    /// far decides that.
    /// </summary>
    public bool? IsOk => Test.Condition.Quantifier switch
    {
        LitmusQuantifier.Exists => Positive > 0 ? true : IsComplete ? false : null,
        LitmusQuantifier.NotExists => Positive > 0 ? false : IsComplete ? true : null,
        _ => Negative > 0 ? false : IsComplete ? true : null,
    };

    /// <summary>
    /// herd's word for the proposition: Always, Sometimes, Never; Undecided where the search is not complete and the
    /// final states so far are not of both kinds.
    /// </summary>
    public string Observation => (Positive, Negative) switch
    {
        ( > 0, > 0) => "Sometimes",
        _ when !IsComplete => "Undecided",
        (0, _) => "Never",
        _ => "Always",
    };

    /// <summary>False where memory or time ran out before every state was explored.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Whether it was time that ran out.</summary>
    public bool IsOutOfTime { get; init; }

    /// <summary>Whether CPUs performed accesses in program order.</summary>
    public bool IsInOrder { get; init; } = true;

    /// <summary>
    /// Why the answer rests on CPUs that execute in order; null where it does not. "Sometimes" never does, since more
    /// states leave it as it is.
    /// </summary>
    public string? RestsOnOrder =>
        (Positive > 0 && Negative > 0) || !IsInOrder ? null : AccessOrder.FirstUnordered(Test);
}

/// <summary>Runs litmus tests: explores every reachable state.</summary>
public static class LitmusExecution
{
    /// <summary>The default memory limit of one test in bytes.</summary>
    public const long UsualMemory = 1L << 30;

    /// <param name="ets2">Whether every CPU has FEAT_ETS2.</param>
    /// <param name="inOrder">
    /// Whether CPUs perform accesses in program order. They always do so in a test that goes beyond Arm's published
    /// model.
    /// </param>
    /// <param name="memory">Memory limit in bytes; beyond it the result is not complete.</param>
    /// <param name="timeIsOver">Ends the run; the result is then not complete.</param>
    /// <exception cref="InputException">
    /// The program uses something that is not supported; the error names the line.
    /// </exception>
    public static LitmusResult Run(
        LitmusTest test, bool ets2, bool inOrder, long memory, CancellationToken cancellationToken,
        CancellationToken timeIsOver = default)
    {
        if (!inOrder && OutOfOrderRuns.Takes(test))
            return OutOfOrderRuns.Run(test, ets2, memory, cancellationToken, timeIsOver);
        if (test.Variant.RepeatsTlbi)
        {
            throw new InputException(
                test.Source, 1, "expected, with an erratum, a test on CPUs out of order, found one on CPUs in order");
        }

        return RunInOrder(test, ets2, memory, cancellationToken, timeIsOver);
    }

    private static LitmusResult RunInOrder(
        LitmusTest test, bool ets2, long memory, CancellationToken cancellationToken, CancellationToken timeIsOver)
    {
        var system = new LitmusSystem(test, ets2, memory / 2);
        var options =
            new ExplorerOptions
            {
                Workers = 1,
                CheckLiveness = false,
                MemoryLimit = memory / 2,
                TimeIsOver = timeIsOver,
            };
        long explored = 0;
        var end = ExplorationEnd.MemoryLimit;
        try
        {
            var exploration = Explorer.Explore<Bits256, LitmusSystem>(system, options, cancellationToken);
            explored = exploration.States;
            end = exploration.End;
        }
        catch (StateLimitException)
        {
            // The final states found so far are reachable, but others may exist.
        }

        return new(
            test, [.. system.Found.All], system.Found.Positive, system.Found.Negative, [.. system.Flags], explored)
        { IsComplete = end == ExplorationEnd.Complete, IsOutOfTime = end == ExplorationEnd.TimeLimit };
    }
}
