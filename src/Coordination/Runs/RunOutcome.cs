namespace Orleans.Mmu.Coordination.Runs;

/// <summary>What a run of a protocol came to.</summary>
public enum RunOutcome
{
    /// <summary>Every phase was performed.</summary>
    Completed,

    /// <summary>A CPU did not come to the rendezvous, or did not perform a step.</summary>
    RendezvousTimeout,

    /// <summary>The map was repainted, but a CPU did not answer its release; it will read the flag by itself.</summary>
    ReleaseTimeout,

    /// <summary>A broadcast TLBI did not complete.</summary>
    TlbiTimeout,

    /// <summary>The kernel panicked.</summary>
    Panic,

    /// <summary>The run was cancelled before anything was changed.</summary>
    Cancelled,

    /// <summary>A counterexample was performed, which ends where it ends.</summary>
    Replayed,

    /// <summary>A counterexample cannot be taken up again: it is about TLBs that were lost.</summary>
    Interrupted,
}
