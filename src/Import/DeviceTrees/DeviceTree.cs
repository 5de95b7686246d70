using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Import.DeviceTrees;

/// <summary>What a device tree says of a machine.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Memory">The ranges of nodes of memory, which may overlap and need not be whole pages.</param>
/// <param name="NoMap">The ranges of reserved memory with no-map.</param>
/// <param name="Cpus">The nodes of CPUs that have not failed.</param>
/// <param name="CommandLine">/chosen bootargs; null where it is not given.</param>
/// <param name="IsUefi">/chosen names UEFI's tables: the kernel takes memory from UEFI's map, not from here.</param>
/// <param name="Warnings">
/// The nodes that say nothing of where their memory is, and those that the kernel passes over.
/// </param>
internal sealed record DeviceTree(
    string File, IReadOnlyList<NamedRange> Memory, IReadOnlyList<NamedRange> NoMap, IReadOnlyList<TreeCpu> Cpus,
    string? CommandLine, bool IsUefi, IReadOnlyList<string> Warnings);

/// <summary>A node of a CPU.</summary>
/// <param name="Compatible">Such as "arm,neoverse-v3".</param>
/// <param name="Core">The core of that name; null where none is known. A device tree has no revision.</param>
/// <param name="Place">The file and the node.</param>
internal sealed record TreeCpu(string Compatible, Core? Core, string Place);
