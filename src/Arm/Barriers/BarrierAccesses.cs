namespace Orleans.Mmu.Arm.Barriers;

/// <summary>The earlier accesses for which a barrier waits.</summary>
public enum BarrierAccesses
{
    /// <summary>Loads and stores.</summary>
    All,

    /// <summary>The LD form.</summary>
    Loads,

    /// <summary>The ST form.</summary>
    Stores,
}
