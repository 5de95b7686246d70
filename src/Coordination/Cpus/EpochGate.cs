namespace Orleans.Mmu.Coordination.Cpus;

/// <summary>Which messages of a run a CPU still listens to: none of an epoch that is over for it.</summary>
/// <param name="Current">The last epoch that the CPU took part in.</param>
/// <param name="Closed">The last epoch that it was told is over.</param>
public readonly record struct EpochGate(long Current, long Closed)
{
    /// <summary>Whether messages of an epoch are late.</summary>
    public bool IsOver(long epoch) => epoch <= Closed || epoch < Current;

    /// <summary>The CPU takes part in an epoch.</summary>
    public EpochGate Enter(long epoch) => this with { Current = Math.Max(Current, epoch) };

    /// <summary>An epoch is given up.</summary>
    public EpochGate Close(long epoch) => this with { Closed = Math.Max(Closed, epoch) };

    /// <summary>The gate of a CPU that remembers nothing and has asked where it stands.</summary>
    public static EpochGate Of(CpuStanding standing) =>
        new(standing.Epoch, standing.IsOver ? standing.Epoch : standing.Epoch - 1);
}
