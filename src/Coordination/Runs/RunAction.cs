using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>What a coordinator does for a step of its boot CPU.</summary>
public enum RunAction
{
    /// <summary>It asks the CPU to perform the step.</summary>
    AskCpu,

    /// <summary>It asks the CPU, and no walk that begins later finds older tables.</summary>
    Order,

    /// <summary>It waits for the pending broadcast TLBI, then does as for <see cref="Order"/>.</summary>
    Complete,

    /// <summary>It broadcasts a TLBI to every CPU.</summary>
    Broadcast,

    /// <summary>It asks the page-table grain to split a range.</summary>
    Split,

    /// <summary>It sets the flag to 1.</summary>
    RaiseFlag,

    /// <summary>It checks that every CPU has counted in.</summary>
    AwaitAll,

    /// <summary>It clears the flag, and the journal says so.</summary>
    ClearFlag,

    /// <summary>Nothing: no grain can perform the step, and a protocol that has it is refused.</summary>
    None,
}

/// <summary>Which action a step calls for.</summary>
public static class RunActions
{
    /// <exception cref="UnknownStepException">No action is listed for the step.</exception>
    public static RunAction Of(Step step) => step switch
    {
        SplitToPages => RunAction.Split,
        AwaitAll => RunAction.AwaitAll,
        RaiseFlag => RunAction.RaiseFlag,
        ClearFlag => RunAction.ClearFlag,
        Tlbi { Operation.Broadcast: true } => RunAction.Broadcast,
        Dsb dsb when dsb.Kind.Completes(broadcast: true) => RunAction.Complete,
        Dsb => RunAction.Order,
        WriteTtbr1 { Root: RootTable.Second } => RunAction.None,
        WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or Isb or Dmb or Tlbi => RunAction.AskCpu,
        EnterIdmap or LeaveIdmap or TouchStack or CountIn or AwaitRelease => RunAction.AskCpu,
        // The page-table grain splits whole ranges, and grains have no locks and no words.
        TlbiRange or WriteEntries or FreeTable or AllocatorLock or TableLock or SkipUnless or Stopped =>
            RunAction.None,
        SetWord or AddToWord or AwaitWord or SkipUnlessWord => RunAction.None,
        // A CPU of a run uses one translation where the step asks for all that it may use.
        AccessPage => RunAction.None,
        // A grain performs one call after another, so nothing interrupts it.
        SendIpi or MaskInterrupts => RunAction.None,
        _ => throw new UnknownStepException(step, nameof(RunActions)),
    };
}
