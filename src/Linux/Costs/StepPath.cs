using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.Costs;

/// <summary>What one CPU has done on its way through a protocol's steps, as far as it takes time.</summary>
/// <param name="Done">The operations so far.</param>
/// <param name="LocalTlbis">TLBIs of this CPU alone that no DSB has completed yet.</param>
/// <param name="BroadcastTlbis">Broadcast TLBIs that no DSB has completed yet.</param>
public readonly record struct StepPath(OperationCounts Done, int LocalTlbis = 0, int BroadcastTlbis = 0)
{
    /// <summary>
    /// The path after one more step. A split takes time for each block: see <see cref="AfterSplit"/>.
    /// </summary>
    /// <param name="others">The other CPUs, which a broadcast TLBI has to reach.</param>
    /// <param name="turn">
    /// Which of the CPUs that wait for the flag's cache line gets it now, from 1; 0 for a CPU that has it.
    /// </param>
    /// <exception cref="UnknownStepException">The step's price is not known.</exception>
    public StepPath After(Step step, int others, int turn) => step switch
    {
        Tlbi tlbi => AfterTlbi(tlbi.Operation.Broadcast),
        TlbiRange range => AfterTlbi(range.Broadcast),
        Dsb dsb => AfterDsb(dsb.Kind, others),
        Isb => With(new() { Synchronizations = 1 }),
        Dmb or RaiseFlag => With(new() { Barriers = 1 }),
        CountIn or AwaitRelease or AddToWord => With(new() { Handovers = turn, Instructions = 1 }),
        WriteEntries => With(new() { Descriptors = 1 }),
        // What a range needs beyond its blocks: leaving lazy MMU mode emits the barriers that set_pmd() had put off.
        SplitToPages => With(new() { Barriers = 1, Synchronizations = 1 }),
        ClearFlag or AwaitAll or WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or EnterIdmap or LeaveIdmap
            or TouchStack or FreeTable or AllocatorLock or TableLock or SkipUnless or Stopped or SetWord or AwaitWord
            or SkipUnlessWord or AccessPage or SendIpi or MaskInterrupts =>
            With(new() { Instructions = 1 }),
        _ => throw new UnknownStepException(step, nameof(StepPath)),
    };

    /// <summary>
    /// The path after blocks were split: each table is cleared, filled and made visible before the one store that links
    /// it (split_pmd()).
    /// </summary>
    public StepPath AfterSplit(long blocks, int pageSize) =>
        With(new() { TableBytes = blocks * pageSize, Descriptors = blocks, Barriers = blocks });

    internal StepPath With(OperationCounts more) => this with { Done = Done + more };

    // A TLBI by itself does not wait: its time is that of the DSB that completes it.
    private StepPath AfterTlbi(bool isBroadcast) => With(new() { Instructions = 1 }) with
    {
        LocalTlbis = LocalTlbis + (isBroadcast ? 0 : 1),
        BroadcastTlbis = BroadcastTlbis + (isBroadcast ? 1 : 0),
    };

    private StepPath AfterDsb(DsbKind kind, int others)
    {
        int local = kind.Completes(broadcast: false) ? LocalTlbis : 0;
        int broadcast = kind.Completes(broadcast: true) ? BroadcastTlbis : 0;
        return With(new()
        {
            Tlbis = local + broadcast,
            TlbiTargets = (long)broadcast * others,
            Barriers = local + broadcast == 0 ? 1 : 0,
        }) with
        {
            LocalTlbis = LocalTlbis - local,
            BroadcastTlbis = BroadcastTlbis - broadcast,
        };
    }
}
