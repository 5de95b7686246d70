namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>
/// Which kernel call a <see cref="KernelCallSurrogate"/> carries. The numbers travel: a new kind goes to the end.
/// </summary>
public enum KernelCallKind
{
    /// <summary>vmalloc(): an area of pages, readable and writable.</summary>
    Allocate,

    /// <summary>vfree() of an area whose permissions were changed (VM_FLUSH_RESET_PERMS).</summary>
    Free,

    /// <summary>set_memory_ro() on pages of an area.</summary>
    ReadOnly,

    /// <summary>set_memory_rw().</summary>
    ReadWrite,

    /// <summary>set_memory_nx().</summary>
    NoExecute,

    /// <summary>set_memory_x().</summary>
    Execute,

    /// <summary>set_memory_valid(…, 0) on addresses of the linear map.</summary>
    MakeInvalid,

    /// <summary>set_memory_valid(…, 1).</summary>
    MakeValid,

    /// <summary>set_direct_map_invalid_noflush() on a page.</summary>
    DirectMapInvalid,

    /// <summary>set_direct_map_default_noflush().</summary>
    DirectMapDefault,

    /// <summary>A page becomes secret memory.</summary>
    TakeSecret,

    /// <summary>It is given back.</summary>
    FreeSecret,

    /// <summary>Memory is plugged in.</summary>
    HotAdd,

    /// <summary>Memory is taken offline and removed.</summary>
    HotRemove,
}
