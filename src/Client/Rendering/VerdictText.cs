using System.Text;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The verdict of a boot: no violation, or each violation and how it came about.</summary>
internal static class VerdictText
{
    public static string Render(BootReport report, TextStyle style)
    {
        var text = new StringBuilder();
        if (Outcome(report.Outcome) is { } outcome)
            text.Append(style.Bad(outcome)).Append('\n');
        return text.Append(ViolationsText.Render(report.Violations, style)).ToString();
    }

    // A machine that came up needs no sentence about it.
    private static string? Outcome(MachineOutcome outcome) => outcome switch
    {
        MachineOutcome.Online => null,
        MachineOutcome.RendezvousTimeout =>
            "rendezvous timeout: a CPU did not arrive; the map is unchanged, and the other CPUs run again",
        MachineOutcome.ReleaseTimeout => "release timeout: the map was repainted, but a CPU did not answer its release",
        MachineOutcome.TlbiTimeout =>
            "TLBI timeout: a broadcast did not complete on every CPU, so no CPU was released",
        MachineOutcome.Panic => "the kernel panicked",
        MachineOutcome.Cancelled => "the boot was cancelled",
        _ => $"the machine is not up: {outcome}",
    };
}
