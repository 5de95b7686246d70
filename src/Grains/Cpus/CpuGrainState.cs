using Orleans.Mmu.Linux;

namespace Orleans.Mmu.Grains;

/// <summary>What must survive of a CPU: what it was doing, in which run.</summary>
[GenerateSerializer, Alias("mmu.CpuGrainState")]
public sealed class CpuGrainState
{
    [Id(0)]
    public CpuRunState Run { get; set; }

    /// <summary>The last epoch that the CPU took part in.</summary>
    [Id(1)]
    public long Epoch { get; set; }

    /// <summary>Epochs up to this one are over; their messages are late.</summary>
    [Id(2)]
    public long ClosedEpoch { get; set; }

    /// <summary>How a parked CPU runs again, as texts of steps.</summary>
    [Id(3)]
    public string[] WayBack { get; set; } = [];

    /// <summary>The root in TTBR1 when the run state was written.</summary>
    [Id(4)]
    public RootName Ttbr1 { get; set; }
}
