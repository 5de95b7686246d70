namespace Orleans.Mmu.Interfaces.StopMachine;

/// <summary>How far a run of a protocol has come, as far as others must know after a crash.</summary>
[GenerateSerializer, Alias("mmu.RunPhase")]
public enum RunPhase
{
    /// <summary>Nothing runs.</summary>
    Idle,

    /// <summary>CPUs are being parked; the tables are as they were.</summary>
    Gathering,

    /// <summary>Everyone who must wait has counted in; the tables are between two states.</summary>
    Changing,

    /// <summary>The flag is zero: the tables are done and flushed.</summary>
    Released,

    /// <summary>The run was given up before anything was changed.</summary>
    Abandoned,

    /// <summary>The run ended between two states of the tables: nobody who waits runs again.</summary>
    Halted,
}

/// <summary>What a CPU that has lost its memory needs to know: where it stands in the run of a protocol.</summary>
/// <param name="Epoch">The run.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Waits">The CPU is one of those that wait while the tables change.</param>
/// <param name="WayIn">How it comes to wait, as texts of steps.</param>
/// <param name="WayBack">How it runs again.</param>
[GenerateSerializer, Immutable, Alias("mmu.CpuStanding")]
public sealed record CpuStanding(
    [property: Id(0)] long Epoch,
    [property: Id(1)] RunPhase Phase,
    [property: Id(2)] bool Waits,
    [property: Id(3)] System.Collections.Immutable.ImmutableArray<string> WayIn,
    [property: Id(4)] System.Collections.Immutable.ImmutableArray<string> WayBack)
{
    /// <summary>The CPU must not see the kernel's map: it may be between two states, or soon will be.</summary>
    public bool IsHeld => Waits && Phase is (RunPhase.Gathering or RunPhase.Changing);

    /// <summary>Messages of the run are late.</summary>
    public bool IsOver => Phase is RunPhase.Idle or RunPhase.Abandoned or RunPhase.Halted;
}
