using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Coordination.Cpus;

/// <summary>What a CPU that has lost its memory needs to know: where it stands in the run of a protocol.</summary>
/// <param name="Epoch">The run's epoch.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Waits">The CPU is one of those that wait while the tables change.</param>
/// <param name="IsAbsent">
/// The run began without the CPU and is not over: as stop_machine() holds cpus_read_lock(), no CPU comes up meanwhile.
/// </param>
/// <param name="WayIn">The steps by which it comes to wait.</param>
/// <param name="WayBack">The steps by which it runs again.</param>
public sealed record CpuStanding(
    long Epoch, RunPhase Phase, bool Waits, bool IsAbsent, ImmutableArray<Step> WayIn,
    ImmutableArray<Step> WayBack)
{
    /// <summary>The CPU must not see the kernel's map: it is between two states, or soon will be.</summary>
    public bool IsHeld => Waits && Phase is (RunPhase.Gathering or RunPhase.Changing);

    /// <summary>Messages of the run are late.</summary>
    public bool IsOver => Phase is RunPhase.Idle or RunPhase.Abandoned or RunPhase.Halted;

    /// <summary>
    /// Follows from the run's record alone, so that no CPU needs to persist what it does in a run.
    /// </summary>
    /// <param name="protocol">The run's protocol; null where it has none, as a replayed counterexample.</param>
    /// <param name="place">The CPU's place among the run's CPUs: 0 for the boot CPU, negative for none.</param>
    public static CpuStanding Of(RunHead head, Protocol? protocol, int place)
    {
        var parks = protocol?.Parks;
        bool isOpen = head is { Life: RunLife.Open, Phase: RunPhase.Gathering or RunPhase.Changing };
        return new(head.Stamp.Epoch, head.Phase, place > 0 && parks is not null, isOpen && place < 0,
            parks?.Steps ?? [], protocol?.WayBack ?? []);
    }
}
