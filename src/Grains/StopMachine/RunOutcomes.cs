using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>What becomes of a machine by the outcome of its run.</summary>
internal static class RunOutcomes
{
    public static MachineOutcome ToMachine(this RunOutcome outcome) => outcome switch
    {
        RunOutcome.Completed => MachineOutcome.Online,
        RunOutcome.RendezvousTimeout => MachineOutcome.RendezvousTimeout,
        RunOutcome.ReleaseTimeout => MachineOutcome.ReleaseTimeout,
        RunOutcome.TlbiTimeout => MachineOutcome.TlbiTimeout,
        RunOutcome.Panic => MachineOutcome.Panic,
        RunOutcome.Cancelled => MachineOutcome.Cancelled,
        RunOutcome.Replayed => MachineOutcome.Replayed,
        RunOutcome.Interrupted => MachineOutcome.Interrupted,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "no such outcome"),
    };

    /// <summary>The outcome of a run that was given up, as its record has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No run fails like that.</exception>
    public static RunOutcome ToRun(this MachineOutcome outcome) =>
        Enum.GetValues<RunOutcome>().Where(o => o.ToMachine() == outcome).Cast<RunOutcome?>().FirstOrDefault()
        ?? throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "no run fails like that");
}
