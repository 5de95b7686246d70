namespace Orleans.Mmu.Coordination.Journals;

/// <summary>How far a run of a protocol has come, as far as a reader must know after a crash.</summary>
public enum RunPhase
{
    /// <summary>Nothing runs.</summary>
    Idle,

    /// <summary>CPUs are being parked; the tables are as they were.</summary>
    Gathering,

    /// <summary>Every CPU that must wait has counted in; the tables are between two states.</summary>
    Changing,

    /// <summary>The flag is zero: the tables are done and flushed.</summary>
    Released,

    /// <summary>
    /// The run was given up, and its CPUs run: before anything was changed, or after the release.
    /// </summary>
    Abandoned,

    /// <summary>The run ended between two states of the tables: a CPU that waits never runs again.</summary>
    Halted,
}
