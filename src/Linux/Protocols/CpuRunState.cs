namespace Orleans.Mmu.Linux.Protocols;

/// <summary>What a CPU is doing with respect to the map.</summary>
public enum CpuRunState
{
    /// <summary>Not yet powered on.</summary>
    Offline,

    /// <summary>It runs kernel code on swapper_pg_dir.</summary>
    Online,

    /// <summary>It runs from the idmap.</summary>
    InIdmap,

    /// <summary>It has counted in and waits for its release.</summary>
    Parked,

    /// <summary>It will not run again.</summary>
    Dead,
}
