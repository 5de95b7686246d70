namespace Orleans.Mmu.Linux.LinearMap;

/// <summary>Linux's mapping flags.</summary>
[Flags]
public enum MappingFlags
{
    None = 0,

    /// <summary>NO_BLOCK_MAPPINGS.</summary>
    NoBlocks = 1,

    /// <summary>NO_CONT_MAPPINGS.</summary>
    NoContiguous = 2,

    /// <summary>NO_EXEC_MAPPINGS: new tables carry PXNTable.</summary>
    NoExec = 4,
}
