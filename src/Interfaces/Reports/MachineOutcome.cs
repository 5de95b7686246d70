namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>What became of a machine.</summary>
[GenerateSerializer, Alias("mmu.MachineOutcome")]
public enum MachineOutcome
{
    /// <summary>Never booted.</summary>
    New,

    /// <summary>On its way up.</summary>
    Booting,

    /// <summary>Every CPU that may run runs.</summary>
    Online,

    /// <summary>
    /// A CPU did not come to the rendezvous; the map was left as it was and everyone else runs again.
    /// </summary>
    RendezvousTimeout,

    /// <summary>
    /// The map was repainted, but a CPU did not answer its release. It looks at the flag by itself and will run.
    /// </summary>
    ReleaseTimeout,

    /// <summary>A broadcast TLBI did not complete; the others were not released on half an answer.</summary>
    TlbiTimeout,

    /// <summary>The kernel panicked.</summary>
    Panic,

    /// <summary>The boot was cancelled.</summary>
    Cancelled,

    /// <summary>A counterexample was performed, which ends where it ends.</summary>
    Replayed,

    /// <summary>
    /// A silo was lost in the middle of what cannot be taken up again: the machine must be booted anew.
    /// </summary>
    Interrupted,

    /// <summary>The machine is being removed, part by part.</summary>
    Removing,
}
