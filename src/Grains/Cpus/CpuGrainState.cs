using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>
/// The persisted state of a CPU: whether it was ever powered on, and whether it died. What the CPU does in a run
/// follows from the run's record.
/// </summary>
[GenerateSerializer, Alias("mmu.CpuGrainState")]
internal sealed class CpuGrainState
{
    /// <summary>Offline, Online or Dead.</summary>
    [Id(0)]
    public CpuRunState Run { get; set; }

    /// <summary>
    /// Counts the activations of the CPU since it was powered on. An activation writes the new count before it asks
    /// where the CPU stands, so that an older activation finds by its ETag that it was replaced.
    /// </summary>
    [Id(1)]
    public long TakenUp { get; set; }
}
