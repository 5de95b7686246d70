namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The root tables that Linux's protocols switch between.</summary>
public enum RootTable
{
    /// <summary>swapper_pg_dir: the kernel's own map.</summary>
    Swapper,

    /// <summary>reserved_pg_dir: no valid entry.</summary>
    Reserved,

    /// <summary>idmap_pg_dir: PA = VA for a page of code.</summary>
    Idmap,

    /// <summary>
    /// A second map of the kernel, with tables of its own that translate alike: tmp_pg_dir of kasan_init().
    /// </summary>
    Second,
}

/// <summary>The linker's names of the root tables.</summary>
public static class RootSymbol
{
    public static string Of(RootTable root) => root switch
    {
        RootTable.Swapper => "swapper_pg_dir",
        RootTable.Reserved => "reserved_pg_dir",
        RootTable.Idmap => "idmap_pg_dir",
        RootTable.Second => "root:B",
        _ => throw new ArgumentOutOfRangeException(nameof(root), root, "no such root"),
    };
}
