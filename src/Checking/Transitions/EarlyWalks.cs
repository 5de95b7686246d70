using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// What a CPU may find by walks that it began early. An invalid descriptor is never cached (R_XCLRD), but without
/// FEAT_ETS2 a walk for a later access may have read it before another one took its place: the access faults although
/// memory holds a valid descriptor, until a context synchronization event that is ordered after the store (R_SPVBD).
/// </summary>
/// <remarks>
/// Each set has a bit for each word of <see cref="EarlyFaults.Words"/>. A set "since" a moment has the words that were
/// invalid in memory at any time since then, and the later of two moments has the intersection of their sets.
/// </remarks>
internal record struct EarlyWalks
{
    /// <summary>The words that a walk begun early may have found invalid.</summary>
    public uint Found;

    /// <summary>The invalid words since what the CPU's DSBs have ordered.</summary>
    public uint SinceDsb;

    /// <summary>
    /// The same since what those DSBs have ordered that wait for other CPUs. Without a DSB NSH it is
    /// <see cref="SinceDsb"/>.
    /// </summary>
    public uint SinceWideDsb;

    /// <summary>The same since the CPU's last store was performed, which a DSB ST orders.</summary>
    public uint SinceStore;

    /// <summary>
    /// The same since the CPU's last load on which a branch depends: that of a wait, a lock or a skip.
    /// </summary>
    public uint SinceBranch;

    /// <summary>While an interrupt is pending, the same since what the sender's DSBs had ordered.</summary>
    public uint SinceSender;

    /// <summary>Walks may read memory.</summary>
    /// <param name="invalid">The words that are invalid in memory as the CPU's walks see it.</param>
    /// <param name="forOthers">Those that are invalid as other walks see it.</param>
    /// <param name="reached">The words that a walk of the CPU can reach.</param>
    /// <param name="isPending">Whether an interrupt is pending at the CPU.</param>
    public void Read(uint invalid, uint forOthers, uint reached, bool isPending)
    {
        Found |= invalid & reached;
        SinceDsb |= invalid;
        SinceWideDsb |= forOthers;
        SinceStore |= invalid;
        SinceBranch |= invalid;
        SinceSender = isPending ? SinceSender | invalid | forOthers : 0;
    }

    /// <summary>A store of the CPU was performed.</summary>
    public void HasStored() => SinceStore = 0;

    /// <summary>The CPU has loaded what a branch depends on.</summary>
    public void HasBranched() => SinceBranch = 0;

    /// <summary>A DSB is complete. It drops no early walk by itself: that needs the CPU's next ISB as well.</summary>
    public void Fence(DsbKind dsb)
    {
        SinceDsb = dsb.Completes(broadcast: false) ? 0 : SinceDsb & SinceStore;
        SinceWideDsb = dsb.Completes(broadcast: true) ? 0
            : dsb.ReachesOtherCpus() ? SinceWideDsb & SinceStore : SinceWideDsb;
    }

    /// <summary>The words that were invalid since the floor of a broadcast TLBI that the CPU issues.</summary>
    public readonly uint SinceFloor => SinceWideDsb & SinceBranch;

    /// <summary>
    /// A context synchronization event: later walks come after what a DSB, or a load with its branch, has ordered
    /// before it.
    /// </summary>
    /// <param name="reached">The words that a walk of the CPU can reach.</param>
    public void Synchronize(uint reached) => Found &= SinceDsb & SinceBranch & reached;

    /// <summary>
    /// Broadcast TLBIs of another CPU are complete, and end the early walks of the words that they remove.
    /// </summary>
    /// <param name="words">The words, as in <see cref="PendingRemoval.Words"/>.</param>
    public void Invalidate(uint words) => Found &= ~words;

    /// <summary>Another CPU sends an interrupt.</summary>
    /// <param name="since">The invalid words since what the sender's DSBs have ordered for other CPUs.</param>
    /// <param name="isPending">Whether one is pending already.</param>
    public void Send(uint since, bool isPending) => SinceSender = isPending ? SinceSender & since : since;

    /// <summary>The CPU takes the interrupt, after what the sender had ordered.</summary>
    public void Take()
    {
        SinceDsb &= SinceSender;
        SinceWideDsb &= SinceSender;
    }

    /// <summary>Whether a branch depends on what a step loads, so that a later ISB is ordered after the load.</summary>
    public static bool Branches(Step step) => step switch
    {
        AwaitAll or AwaitRelease or AwaitWord or SkipUnless or SkipUnlessWord => true,
        AllocatorLock { Take: var takes } => takes,
        TableLock { Take: var takes } => takes,
        WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or Isb or Dsb or Dmb or Tlbi or TlbiRange => false,
        EnterIdmap or LeaveIdmap or TouchStack or RaiseFlag or CountIn or ClearFlag or Stopped => false,
        SplitToPages or WriteEntries or FreeTable or SetWord or AddToWord => false,
        AccessPage or SendIpi or MaskInterrupts => false,
        _ => throw new UnknownStepException(step, nameof(EarlyWalks)),
    };
}
