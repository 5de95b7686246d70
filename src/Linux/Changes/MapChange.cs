using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Linux.Vmalloc;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>One line of a changes file: a call on pages while the kernel ran.</summary>
/// <param name="Line">The line in the file, from 1.</param>
/// <param name="Kind">The call.</param>
/// <param name="Start">The address of the first page.</param>
/// <param name="Pages">The number of pages.</param>
/// <param name="Area">The vmalloc area that the addresses lie in; null for addresses of the linear map.</param>
public readonly record struct MapChange(
    int Line, MapChangeKind Kind, VirtualAddress Start, long Pages, VmallocArea? Area = null)
{
    /// <summary>The name of the call.</summary>
    public string Name => ChangeCall.Of(Kind).Name;
}

/// <summary>The calls that a changes file may contain.</summary>
public enum MapChangeKind
{
    ReadOnly,
    ReadWrite,
    NoExecute,
    Execute,
    ReadOnlyExecute,
    Valid,
    Invalid,
    DirectMapInvalid,
    DirectMapDefault,
    Decrypted,
    Encrypted,

    /// <summary>An area is mapped, which later lines may change.</summary>
    NewArea,
}
