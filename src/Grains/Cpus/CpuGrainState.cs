using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>
/// What must survive of a CPU: whether it was ever powered on, and whether it died. What it does in the run of a
/// protocol
/// follows from what the coordinator has written down.
/// </summary>
[GenerateSerializer, Alias("mmu.CpuGrainState")]
public sealed class CpuGrainState
{
    /// <summary>Offline, Online or Dead.</summary>
    [Id(0)]
    public CpuRunState Run { get; set; }
}
