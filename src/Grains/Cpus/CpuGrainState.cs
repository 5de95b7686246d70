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

    /// <summary>
    /// Counts the activations that have taken the CPU up after it was powered on. Each writes it before it asks where
    /// the CPU stands, so that an earlier one finds by its ETag that it was followed.
    /// </summary>
    [Id(1)]
    public long TakenUp { get; set; }
}
