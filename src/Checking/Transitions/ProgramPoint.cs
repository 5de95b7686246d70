using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The part of a CPU's state that follows from its position in the program: which roots and sizes may be in effect,
/// which TLBIs are pending, where the CPU runs. It needs no bits in a packed state.
/// </summary>
public sealed partial record ProgramPoint
{
    public RootTableSet Ttbr1 { get; private init; } = RootTableSet.Swapper;

    public RootTableSet Ttbr0 { get; private init; } = RootTableSet.Reserved;

    /// <summary>Whether TCR_EL1.T0SZ may be that of user space.</summary>
    public bool DefaultT0sz { get; private init; } = true;

    /// <summary>Whether TCR_EL1.T0SZ may be that of the idmap.</summary>
    public bool IdmapT0sz { get; private init; }

    /// <summary>Whether TCR_EL1.EPD0 may be set: a TLB miss in the lower half may fault.</summary>
    public bool Epd0 { get; private init; }

    /// <summary>Whether TCR_EL1.EPD1 may be set: a TLB miss in the upper half may fault.</summary>
    public bool Epd1 { get; private init; }

    /// <summary>Whether a walk may begin at swapper_pg_dir in TTBR1, which needs an EPD1 of 0.</summary>
    public bool WalksKernel { get; private init; } = true;

    /// <summary>Whether a walk may begin at root:B.</summary>
    public bool WalksSecond { get; private init; }

    /// <summary>Whether a walk may begin at idmap_pg_dir in TTBR0, which needs an EPD0 of 0.</summary>
    public bool WalksIdmap { get; private init; }

    /// <summary>The roots that may be in effect and carry CnP; the CPU may use what others cached from them.</summary>
    public RootTableSet CnpRoots { get; private init; }

    /// <summary>Whether TTBR1 may carry CnP.</summary>
    public bool Shares => CnpRoots != RootTableSet.None;

    /// <summary>Whether code is fetched through TTBR0.</summary>
    public bool InIdmap { get; private init; }

    /// <summary>Whether a local TLBI of this CPU has had no DSB yet.</summary>
    public bool LocalPending { get; private init; }

    /// <summary>Whether a broadcast TLBI of this CPU has had no DSB yet.</summary>
    public bool BroadcastPending { get; private init; }

    /// <summary>Whether a TLBI of this CPU is complete and no ISB of the CPU has followed.</summary>
    public bool BeforeOwnIsb { get; private init; }

    /// <summary>Whether the CPU has counted in.</summary>
    public bool Counted { get; private init; }

    /// <summary>Whether the step before this point accesses the CPU's stack.</summary>
    public bool AccessesStack { get; private init; }

    /// <summary>Whether the CPU has seen the flag cleared.</summary>
    public bool SawRelease { get; private init; }

    /// <summary>Whether the CPU has masked interrupts.</summary>
    public bool MasksInterrupts { get; private init; }

    /// <summary>The value last written to TTBR0.</summary>
    public RootTableSet NewestTtbr0 { get; private init; } = RootTableSet.Reserved;

    /// <summary>The value last written to TTBR1.</summary>
    public RootTableSet NewestTtbr1 { get; private init; } = RootTableSet.Swapper;

    private RootTableSet NewestCnpRoots { get; init; }

    /// <summary>Whether EPD0 was last written as 1.</summary>
    public bool NewestEpd0 { get; private init; }

    private bool NewestEpd1 { get; init; }

    private bool MayWalkTtbr0 { get; init; } = true;

    private bool MayWalkTtbr1 { get; init; } = true;

    /// <summary>Whether the T0SZ last written is that of the idmap.</summary>
    public bool NewestIdmapT0sz { get; private init; }

    /// <summary>The points of a program, one before each step and one after the last.</summary>
    /// <param name="cnp">Whether swapper_pg_dir carries CnP.</param>
    public static ImmutableArray<ProgramPoint> Of(ImmutableArray<ScriptStep> program, bool cnp)
    {
        var points = ImmutableArray.CreateBuilder<ProgramPoint>(program.Length + 1);
        var shared = cnp ? RootTableSet.Swapper : RootTableSet.None;
        var point = new ProgramPoint { CnpRoots = shared, NewestCnpRoots = shared };
        points.Add(point);
        foreach (var (step, _) in program)
        {
            point = point.Next(step, cnp);
            points.Add(point);
        }

        return points.MoveToImmutable();
    }

    /// <summary>The point after a step.</summary>
    internal ProgramPoint Next(Step step, bool cnp) =>
        (After(step, cnp) with { AccessesStack = step.Has(StepEffects.AccessesStack) }).WithWalks();

    /// <summary>The point after an interrupt was taken: its handler is kernel text.</summary>
    internal ProgramPoint TakingInterrupt() =>
        (Synchronized() with { InIdmap = false, AccessesStack = false }).WithWalks();

    /// <summary>The point after the return from an interrupt.</summary>
    /// <param name="interrupted">The place to which the CPU returns, as it is without interrupts.</param>
    internal ProgramPoint Returning(ProgramPoint interrupted) =>
        (Synchronized() with { InIdmap = interrupted.InIdmap, AccessesStack = false }).WithWalks();

    private ProgramPoint After(Step step, bool cnp) => step switch
    {
        WriteTtbr1 write => this with
        {
            Ttbr1 = Ttbr1 | write.Root.AsSet(),
            NewestTtbr1 = write.Root.AsSet(),
            CnpRoots = CnpRoots | Carrying(write, cnp),
            NewestCnpRoots = Carrying(write, cnp),
        },
        WriteTtbr0 write => this with { Ttbr0 = Ttbr0 | write.Root.AsSet(), NewestTtbr0 = write.Root.AsSet() },
        SetT0sz size when size == SetT0sz.Idmap => this with { IdmapT0sz = true, NewestIdmapT0sz = true },
        SetT0sz => this with { DefaultT0sz = true, NewestIdmapT0sz = false },
        SetWalks { Half: 0, IsOff: true } => this with { Epd0 = true, NewestEpd0 = true },
        SetWalks { Half: 0 } => this with { MayWalkTtbr0 = true, NewestEpd0 = false },
        SetWalks { IsOff: true } => this with { Epd1 = true, NewestEpd1 = true },
        SetWalks => this with { MayWalkTtbr1 = true, NewestEpd1 = false },
        Isb => Synchronized(),
        Tlbi { Operation.Broadcast: true } => this with { BroadcastPending = true },
        TlbiRange { Broadcast: true } => this with { BroadcastPending = true },
        Tlbi or TlbiRange => this with { LocalPending = true },
        Dsb dsb => this with
        {
            BeforeOwnIsb = BeforeOwnIsb || CompletedBy(dsb),
            LocalPending = LocalPending && !dsb.Kind.Completes(broadcast: false),
            BroadcastPending = BroadcastPending && !dsb.Kind.Completes(broadcast: true),
        },
        EnterIdmap => this with { InIdmap = true },
        LeaveIdmap => this with { InIdmap = false },
        CountIn => this with { Counted = true },
        AwaitRelease => this with { SawRelease = true },
        // These steps change the flag, the tables or the lock, which are in the state and not in the point.
        RaiseFlag or AwaitAll or ClearFlag or SplitToPages or WriteEntries or FreeTable or AllocatorLock or TableLock =>
            this,
        // After a phase that was skipped, a point says the same as after one that was performed.
        SkipUnless or SkipUnlessWord => this,
        SetWord or AddToWord or AwaitWord or SendIpi => this,
        MaskInterrupts mask => this with { MasksInterrupts = mask.IsOn },
        Dmb or TouchStack or Stopped or AccessPage => this,
        _ => throw new UnknownStepException(step, nameof(ProgramPoint)),
    };

    // After a context synchronization event what was written last is in effect.
    private ProgramPoint Synchronized() => this with
    {
        Ttbr1 = NewestTtbr1,
        Ttbr0 = NewestTtbr0,
        CnpRoots = NewestCnpRoots,
        IdmapT0sz = NewestIdmapT0sz,
        DefaultT0sz = !NewestIdmapT0sz,
        Epd0 = NewestEpd0,
        Epd1 = NewestEpd1,
        MayWalkTtbr0 = !NewestEpd0,
        MayWalkTtbr1 = !NewestEpd1,
        BeforeOwnIsb = false,
    };

    private ProgramPoint WithWalks() => this with
    {
        WalksKernel = MayWalkTtbr1 && (Ttbr1 & RootTableSet.Swapper) != 0,
        WalksSecond = MayWalkTtbr1 && (Ttbr1 & RootTableSet.Second) != 0,
        WalksIdmap = MayWalkTtbr0 && (Ttbr0 & RootTableSet.Idmap) != 0,
    };

    /// <summary>Whether the step between this point and the next completes a TLBI of this CPU.</summary>
    public bool IsCompletedBefore(ProgramPoint next) =>
        (LocalPending && !next.LocalPending) || (BroadcastPending && !next.BroadcastPending);

    /// <summary>Whether the point says the same as another, apart from the access of the step before it.</summary>
    public bool IsSameBetweenSteps(ProgramPoint other) =>
        this with { AccessesStack = false } == other with { AccessesStack = false };

    private bool CompletedBy(Dsb dsb) => (LocalPending && dsb.Kind.Completes(broadcast: false))
        || (BroadcastPending && dsb.Kind.Completes(broadcast: true));

    private static RootTableSet Carrying(WriteTtbr1 write, bool cnp) =>
        write.CnpLeftSet || (cnp && write is { Root: RootTable.Swapper, CnpCleared: false })
            ? write.Root.AsSet() : RootTableSet.None;
}
