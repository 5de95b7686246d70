using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>Every field of a machine file, with its reason.</summary>
internal sealed record MachineChoices(
    string Name, Chosen<KernelVersion> Version, Chosen<Granule> PageSize, Chosen<int> VaBits,
    Chosen<string> CommandLine, ImageChoice Image, ConfigChoice Config, Chosen<PhysicalAddress?> PhysicalOffset,
    Chosen<bool> Kaslr,
    Chosen<MemoryLayout> Memory, Chosen<IReadOnlyList<CpuGroup>> Cpus)
{
    /// <summary>One line for each field that is assumed; for the image, one line for each reason.</summary>
    public IEnumerable<string> Warnings =>
    [
        .. Config.Warnings,
        .. Version.Warnings("kernel.version", Version.Value.ToString()),
        .. PageSize.Warnings("kernel.pageSize", PageSize.Value.ToString()),
        .. VaBits.Warnings("kernel.vaBits", VaBits.Value.ToString(CultureInfo.InvariantCulture)),
        .. CommandLine.Warnings("kernel.commandLine", $"\"{CommandLine.Value}\""),
        .. Image.Warnings,
        .. PhysicalOffset.Warnings("kernel.physicalOffset"),
        .. KaslrDecides ? Kaslr.Warnings("kernel.kaslr", "false") : [],
        .. Memory.Warnings("memory"),
        .. Cpus.Warnings("cpus"),
    ];

    /// <summary>The file or option that an error in a key of the machine file is about.</summary>
    /// <param name="key">Such as "kernel.vaBits" or "memory[2].end".</param>
    public FilePlace PlaceOf(string key)
    {
        FilePlace? place = key switch
        {
            "name" => new("--name"),
            "kernel.version" => Version.From,
            "kernel.pageSize" => PageSize.From,
            "kernel.vaBits" => VaBits.From,
            "kernel.commandLine" => CommandLine.From,
            "kernel.physicalOffset" => PhysicalOffset.From,
            "kernel.image" => Image.Text.From,
            _ when key.StartsWith("kernel.config", StringComparison.Ordinal) && Config.File is { } config =>
                new(config, 1),
            _ when Image.Addresses.FirstOrDefault(a => key == $"kernel.image.{a.Key}") is { Address.From: { } image } =>
                image,
            _ when key.StartsWith("cpus", StringComparison.Ordinal) => Cpus.From,
            _ => RangeOf(key, "memory", Memory.Value.Memory) ?? RangeOf(key, "noMap", Memory.Value.NoMap),
        };
        return place ?? Memory.From ?? new("memory");
    }

    private static FilePlace? RangeOf(string key, string array, IReadOnlyList<NamedRange> ranges) => ranges
        .Where((_, i) => key.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{array}[{i}]"),
            StringComparison.Ordinal))
        .FirstOrDefault()?.From;

    // With E0PD in every CPU the kernel's leaves are global, with KASLR or without.
    private bool KaslrDecides => Cpus.Value.Any(
        c => CoreSecurity.Of(c.Midr).E0pd != true && !c.Features.Contains((CpuGroup.E0pd, true)));
}
