using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>One line of a changes file: a call on pages of the linear map while the kernel ran.</summary>
/// <param name="Line">The line in the file, from 1.</param>
/// <param name="Kind">The call.</param>
/// <param name="Start">The address of the first page.</param>
/// <param name="Pages">The number of pages.</param>
public readonly record struct MapChange(int Line, MapChangeKind Kind, VirtualAddress Start, long Pages)
{
    /// <summary>
    /// The name as the file spells it: the kernel function, or set_memory_invalid for set_memory_valid(…, 0).
    /// </summary>
    public string Name => Names[(int)Kind];

    internal static IReadOnlyList<string> Names { get; } =
        ["set_memory_ro", "set_memory_rw", "set_memory_nx", "set_memory_x", "set_memory_valid", "set_memory_invalid"];
}

/// <summary>The calls that a changes file may contain, in the order of their names.</summary>
public enum MapChangeKind
{
    ReadOnly,
    ReadWrite,
    NoExecute,
    Execute,
    Valid,
    Invalid,
}
