using Orleans.Mmu.Litmus.Order;
using Orleans.Mmu.Litmus.Runs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Checks;

/// <summary>What a check on CPUs in program order does not show.</summary>
/// <param name="ForbidsHolds">
/// Whether a final state that the condition forbids is reached on CPUs that perform accesses out of order.
/// </param>
internal sealed record OrderNote(string Text, bool ForbidsHolds)
{
    /// <summary>
    /// The note on a test in which CPUs in order violate nothing; null where Arm's model violates nothing either, or
    /// where it does not have the test and the programs order their accesses.
    /// </summary>
    /// <param name="timeIsOver">Ends the run of Arm's machine.</param>
    public static OrderNote? Of(
        LitmusTest test, long memory, CancellationToken cancellationToken, CancellationToken timeIsOver)
    {
        if (OutOfOrderRuns.Takes(test))
        {
            var found = OutOfOrderRuns.Run(test, ets2: false, memory / 2, cancellationToken, timeIsOver);
            if (found.IsComplete && (found.IsOk == true || test.Condition.Quantifier == LitmusQuantifier.Exists))
                return null;
            if (found.IsOk == false && test.Condition.Quantifier != LitmusQuantifier.Exists)
                return new(
                    "CPUs that perform accesses out of program order, as Arm's model allows, reach a final state " +
                    "that the condition forbids; mmu litmus lists their final states", ForbidsHolds: true);
        }

        return AccessOrder.FirstUnordered(test) is { } pair ? new(pair, ForbidsHolds: false) : null;
    }
}
