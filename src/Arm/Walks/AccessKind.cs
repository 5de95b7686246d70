namespace Orleans.Mmu.Arm.Walks;

/// <summary>What an explicit access does with memory.</summary>
public enum AccessKind
{
    Load,

    /// <summary>A store, which a translation with AP[2] set does not permit.</summary>
    Store,
}
