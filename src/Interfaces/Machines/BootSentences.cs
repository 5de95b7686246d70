using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>
/// What a boot report says, in sentences. Strings that came from another silo are in them as they are: who prints them
/// on a terminal makes one line of them.
/// </summary>
public static class BootSentences
{
    /// <summary>The mode, and what it means for the leaves.</summary>
    public static string Mode(BootReport report) => report.Mode switch
    {
        "block" => "block: large leaves, which stay",
        "page" => "page: pages from the start",
        "repaint" when report.SystemSplitsLive =>
            "repaint: every CPU may split live; large leaves become pages because that was asked for",
        "repaint" => "repaint: large leaves first, pages once a CPU came up that may not split live",
        _ => report.Mode,
    };

    /// <summary>How many CPUs were stopped, for how long, and what CPU 0 did meanwhile.</summary>
    public static string Stopped(BootReport report) => report.Repaint switch
    {
        null => "no CPU: nothing was repainted",
        { Stopped: false } live =>
            $"no CPU ({report.Protocol}): CPU 0 split {Counted.Of(live.SplitBlocks, "block")} in " +
            $"{TimeText.Of(live.Duration)} while the others ran",
        var repaint =>
            $"{Counted.Of(repaint.Parked, "CPU")} ({report.Protocol}) for {TimeText.Of(repaint.Duration)} while " +
            $"CPU 0 split {Counted.Of(repaint.SplitBlocks, "block")}",
    };

    /// <summary>
    /// The CPUs that the kernel refused, because they came up after boot and may not split live; null where there is
    /// none. On a machine that is up no other CPU is dead.
    /// </summary>
    public static string? Refused(BootReport report)
    {
        var refused = report.Outcome != MachineOutcome.Online ? []
            : CpuGroup.Of([.. report.Cpus.Where(c => c.State == CpuRunState.Dead)]).ToList();
        return refused.Count == 0 ? null : string.Join(", ", refused.Select(g =>
                $"CPU{(g.First.Id == g.Last.Id ? "" : "s")} {g.Numbers} ({g.First.Core} " +
                $"{new Midr(g.First.Midr).RevisionName})"))
            + ": came up after boot and may not split live, on which the kernel relies by then";
    }

    /// <summary>Why the machine is not up; null for one that is.</summary>
    public static string? Outcome(MachineOutcome outcome) => outcome switch
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
