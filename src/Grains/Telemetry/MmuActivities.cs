using System.Diagnostics;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.Telemetry;

/// <summary>The spans of a boot. Without a listener there are none.</summary>
internal static class MmuActivities
{
    private static readonly ActivitySource Source = new(MmuMeter.Name);

    public static Activity? Boot(string machine, BootRequest request) => Source.StartActivity("boot")?
        .SetTag("mmu.machine", machine).SetTag("mmu.protocol", request.Protocol).SetTag("mmu.seed", request.Seed);

    public static Activity? StopMachine(string machine, RunRecord record) => Source.StartActivity("stop_machine")?
        .SetTag("mmu.machine", machine).SetTag("mmu.epoch", record.Epoch)
        .SetTag("mmu.protocol", record.Request!.Protocol);

    public static Activity? Phase(string machine, RunRecord record, string phase) => Source.StartActivity("phase")?
        .SetTag("mmu.machine", machine).SetTag("mmu.epoch", record.Epoch)
        .SetTag("mmu.protocol", record.Request!.Protocol).SetTag("mmu.phase", phase);

    /// <summary>
    /// Marks how the span ended. A machine that did not come up is an error; a violation is a finding.
    /// </summary>
    public static void End(this Activity? activity, MachineOutcome outcome, int violations)
    {
        activity?.SetTag("mmu.outcome", outcome.ToString()).SetTag("mmu.violations", violations)
            .SetStatus(outcome == MachineOutcome.Online ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }
}
