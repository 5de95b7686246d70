using Orleans.Mmu.Coordination.Runs;

namespace Orleans.Mmu.Grains.Telemetry;

/// <summary>What a coordinator waits for while an order is performed, in a word of the meter's.</summary>
internal static class RunParts
{
    /// <exception cref="InvalidOperationException">No part is listed for the order.</exception>
    public static string Of(RunOrder order, int bootCpu) => order switch
    {
        RunOrder.Perform { AfterTlbi: true } => "barrier",
        RunOrder.Perform { Cpus: [var cpu] } when cpu == bootCpu => "boot cpu",
        RunOrder.Perform => "secondaries",
        RunOrder.Look => "window",
        RunOrder.Split or RunOrder.ClaimTables or RunOrder.PlanSpeculation => "tables",
        RunOrder.Enter or RunOrder.Save => "journal",
        RunOrder.Confirm => "confirm",
        RunOrder.Abandon or RunOrder.Die => "end",
        // Until it is sent; the barrier behind it waits for the CPUs.
        RunOrder.SendTlbi => "tlbi",
        _ => throw new InvalidOperationException($"{order.GetType().Name} is no order that has a part"),
    };
}
