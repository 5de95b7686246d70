namespace Orleans.Mmu.Arm.Walks;

/// <summary>What an explicit access does with memory.</summary>
public enum AccessKind
{
    Load,

    /// <summary>A translation with AP[2] set refuses it.</summary>
    Store,
}
