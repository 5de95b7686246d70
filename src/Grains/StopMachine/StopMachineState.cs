namespace Orleans.Mmu.Grains;

/// <summary>How far a run of a protocol has come, as far as others must know after a crash.</summary>
[GenerateSerializer, Alias("mmu.RunPhase")]
public enum RunPhase
{
    /// <summary>Nothing runs.</summary>
    Idle,

    /// <summary>CPUs are being parked; the tables are as they were.</summary>
    Gathering,

    /// <summary>Everyone has counted in; the tables are between two states.</summary>
    Changing,

    /// <summary>The flag is zero: the tables are done and flushed.</summary>
    Released,

    /// <summary>The run was given up before anything was changed.</summary>
    Abandoned,
}

/// <summary>What must survive of a coordinator.</summary>
[GenerateSerializer, Alias("mmu.StopMachineState")]
public sealed class StopMachineState
{
    [Id(0)]
    public long Epoch { get; set; }

    [Id(1)]
    public RunPhase Phase { get; set; }
}
