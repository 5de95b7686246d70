namespace Orleans.Mmu.Checking.Transitions;

/// <content>What is wrong at a point whatever the CPU's TLB holds.</content>
public sealed partial record ProgramPoint
{
    /// <summary>Whether every root that may be in effect in TTBR1 maps the kernel, and walks begin there.</summary>
    public bool SeesMap => (Ttbr1 & ~RootTableSet.Populated) == 0 && !Epd1;

    /// <summary>Whether the next instruction is mapped by every root that may be in effect.</summary>
    public bool CanFetch => InIdmap ? this is { Ttbr0: RootTableSet.Idmap, Epd0: false } : SeesMap;

    /// <summary>Whether a walk of idmap_pg_dir may begin at the level that user space's T0SZ asks for.</summary>
    public bool WalksIdmapInUserSize => WalksIdmap && DefaultT0sz;

    /// <summary>Whether the registers of the lower half are not as they were before the protocol.</summary>
    public bool LeavesIdmapBehind => NewestTtbr0 != RootTableSet.Reserved || NewestIdmapT0sz || NewestEpd0;
}
