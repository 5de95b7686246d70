using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Every field of a machine file, with its reason.</summary>
internal sealed record MachineChoices(
    string Name, Chosen<KernelVersion> Version, Chosen<Granule> PageSize, Chosen<int> VaBits,
    Chosen<string> CommandLine, ImageChoice Image, BuildConfig? Config, Chosen<PhysicalAddress?> PhysicalOffset,
    Chosen<bool> Kaslr,
    Chosen<MemoryLayout> Memory, Chosen<IReadOnlyList<CpuGroup>> Cpus)
{
    /// <summary>One line for each field that is assumed; for the image, one line for all its fields.</summary>
    public IEnumerable<string> Warnings =>
    [
        .. Version.Warnings("kernel.version", Version.Value.ToString()),
        .. PageSize.Warnings("kernel.pageSize", PageSize.Value.ToString()),
        .. VaBits.Warnings("kernel.vaBits", VaBits.Value.ToString(CultureInfo.InvariantCulture)),
        .. CommandLine.Warnings("kernel.commandLine", $"\"{CommandLine.Value}\""),
        .. Image.Text.IsAssumed ? Image.Text.Warnings("kernel.image")
            : Image.Addresses.SelectMany(a => a.Address.Warnings($"kernel.image.{a.Key}", a.Address.Value.ToString())),
        .. PhysicalOffset.Warnings("kernel.physicalOffset"),
        .. KaslrDecides ? Kaslr.Warnings("kernel.kaslr", "false") : [],
        .. Memory.Warnings("memory"),
        .. Cpus.Warnings("cpus"),
    ];

    // With E0PD in every CPU the kernel's leaves are global, with KASLR or without.
    private bool KaslrDecides => Cpus.Value.Any(c => CoreSecurity.Of(c.Midr).E0pd != true);
}
