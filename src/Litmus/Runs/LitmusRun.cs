using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Runs;

/// <summary>What running a litmus test gave.</summary>
/// <param name="States">Every final state that can be reached, in herd's form, sorted.</param>
/// <param name="Satisfying">Whether some final state satisfies the condition's proposition.</param>
/// <param name="Other">Whether some does not.</param>
/// <param name="Flags">Arm's warnings.</param>
/// <param name="Explored">States of the machine that were seen.</param>
public sealed record LitmusResult(LitmusTest Test, ImmutableArray<string> States, bool Satisfying, bool Other, ImmutableArray<string> Flags, long Explored)
{
    /// <summary>Whether the condition is true.</summary>
    public bool IsOk => Test.Condition.Quantifier switch
    {
        LitmusQuantifier.Exists => Satisfying,
        LitmusQuantifier.NotExists => !Satisfying,
        _ => !Other,
    };

    /// <summary>herd's word for the proposition: Always, Sometimes, Never.</summary>
    public string Observation => !Satisfying ? "Never" : Other ? "Sometimes" : "Always";

    /// <summary>False where memory ran out before every state was seen.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>Runs litmus tests on the machine: every state that can be reached.</summary>
public static class LitmusRun
{
    /// <summary>Bytes that one test may take, if nothing else is said.</summary>
    public const long UsualMemory = 1L << 30;

    /// <param name="ets2">Every CPU has FEAT_ETS2.</param>
    /// <param name="memory">Bytes that its states may take; beyond that the result is not complete.</param>
    /// <exception cref="Inputs.InputException">The program does something that is not supported; the line says what.</exception>
    public static LitmusResult Run(LitmusTest test, bool ets2, long memory, CancellationToken cancellationToken)
    {
        var system = new LitmusSystem(test, ets2, memory / 2);
        var options = new ExplorerOptions { Workers = 1, CheckLiveness = false, MemoryLimit = memory / 2 };
        long explored = 0;
        bool complete = false;
        try
        {
            var exploration = Explorer.Explore<Bits256, LitmusSystem>(system, options, cancellationToken);
            explored = exploration.States;
            complete = exploration.End == ExplorationEnd.Complete;
        }
        catch (StateLimitException)
        {
            // What was seen so far is true, and may not be all.
        }

        string[] warnings = system.Warning.Found is null ? [] : [BreakBeforeMakeWarning.Flag];
        return new(test, [.. system.Outcomes], system.Seen.Satisfying, system.Seen.Other, [.. warnings, .. test.Deprecations], explored) { IsComplete = complete };
    }
}
