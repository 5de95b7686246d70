namespace Orleans.Mmu.Linux.Protocols;

/// <summary>What a CPU is doing, as far as the map is concerned.</summary>
public enum CpuRunState
{
    /// <summary>Not yet powered on.</summary>
    Offline,

    /// <summary>Runs kernel code on swapper_pg_dir.</summary>
    Online,

    /// <summary>Runs from the idmap.</summary>
    InIdmap,

    /// <summary>Has counted in and waits for its release.</summary>
    Parked,

    /// <summary>Will not run again.</summary>
    Dead,
}
