namespace Orleans.Mmu.Audit.Reports;

/// <summary>What an audit read the map from.</summary>
public enum AuditedKind
{
    /// <summary>A text of ptdump.</summary>
    Ptdump,

    /// <summary>Table pages (A64TBL01).</summary>
    Tables,

    /// <summary>An ELF core of the whole memory.</summary>
    ElfCore,

    /// <summary>The bytes of memory from one address on.</summary>
    MemoryImage,
}
