using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Capabilities;

/// <summary>Why the permissions of single pages of the linear map may change (can_set_direct_map).</summary>
/// <param name="RodataFull">Linear aliases of read-only vmalloc memory become read-only.</param>
/// <param name="LateKfence">
/// KFENCE is built in and has no early pool (arm64_kfence_can_set_direct_map): it may be switched on later, and its
/// pool must consist of pages by then.
/// </param>
/// <param name="DebugPagealloc">Free pages are unmapped, also where the kernel must not sleep.</param>
public readonly record struct PermissionNeed(bool RodataFull, bool LateKfence, bool DebugPagealloc)
{
    /// <summary>can_set_direct_map(), without its term for realms, which is false while the map is painted.</summary>
    public bool Exists => RodataFull || LateKfence || DebugPagealloc;

    public static PermissionNeed Of(MachineDescription machine) => new(machine.CommandLine.RodataFull,
        machine.Config.Kfence && EarlyKfencePool.Of(machine) is null, machine.CommandLine.DebugPagealloc);

    /// <summary>What changes permissions, "rodata=on changes permissions of single pages".</summary>
    /// <param name="rodataOnIsFull">Whether the version calls rodata_full "on".</param>
    public string Sentence(bool rodataOnIsFull)
    {
        List<string> causes = [];
        if (RodataFull)
            causes.Add($"rodata={(rodataOnIsFull ? "on" : "full")}");
        if (LateKfence)
            causes.Add("a KFENCE that may be switched on later");
        if (DebugPagealloc)
            causes.Add("debug_pagealloc=on");
        return causes.Count == 0 ? "nothing changes permissions of single pages"
            : $"{string.Join(" and ", causes)} change{(causes.Count == 1 ? "s" : "")} permissions of single pages";
    }
}
