using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>The roots that a TTBR may hold, as a set: after a write both old and new until an ISB (I_RBMTM).</summary>
[Flags]
public enum RootTableSet
{
    None = 0,
    Swapper = 1,
    Reserved = 2,
    Idmap = 4,

    /// <summary>root:B.</summary>
    Second = 8,

    /// <summary>The roots that map the kernel.</summary>
    Populated = Swapper | Second,
}

/// <summary>Roots as sets.</summary>
internal static class RootTableSets
{
    /// <summary>The set of one root.</summary>
    public static RootTableSet AsSet(this RootTable root) => root switch
    {
        RootTable.Swapper => RootTableSet.Swapper,
        RootTable.Reserved => RootTableSet.Reserved,
        RootTable.Idmap => RootTableSet.Idmap,
        RootTable.Second => RootTableSet.Second,
        _ => throw new ArgumentOutOfRangeException(nameof(root), root, "no such root"),
    };
}
