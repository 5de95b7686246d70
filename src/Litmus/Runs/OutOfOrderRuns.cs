using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Outcomes;
using Orleans.Mmu.Litmus.OutOfOrder;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Runs;

/// <summary>Runs litmus tests on CPUs that perform events in any order that Arm's model allows.</summary>
internal static class OutOfOrderRuns
{
    /// <summary>
    /// Whether a test stays within Arm's published model: one level of table, one root, no groups, no TLB conflicts, no
    /// address translation instructions.
    /// </summary>
    public static bool Takes(LitmusTest test) =>
        !test.JudgesConflicts && !new LitmusFinalState(test).AsksAboutConflicts && !test.Names.Words.Any(w => w.IsPmd)
            && !test.Names.Descriptors.Any(d => d.Cont || d.Nt || d.Table is not null)
            && !test.Programs.Any(p => p.Any(
                i => i is WriteRootInstruction or TranslateInstruction or ReadTranslationInstruction));

    /// <summary>Explores every state.</summary>
    public static LitmusResult Run(
        LitmusTest test, bool ets2, long memory, CancellationToken cancellationToken, CancellationToken timeIsOver)
    {
        var system = new OutOfOrderSystem(test, ets2, memory);
        bool complete = false, outOfTime = false;
        try
        {
            complete = system.Explore(timeIsOver, cancellationToken);
            outOfTime = !complete;
        }
        catch (StateLimitException)
        {
            // The final states found so far are reachable, but others may exist.
        }

        return new(
            test, [.. system.Found.All], system.Found.Positive, system.Found.Negative, [.. system.Flags],
            system.Explored)
        { IsComplete = complete, IsOutOfTime = outOfTime, IsInOrder = false };
    }
}
