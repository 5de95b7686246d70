using System.Text;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>
/// Reads machine files. The command and the silo use the same reader, because a file and a client's message are equally
/// untrusted.
/// </summary>
public static class MachineFile
{
    /// <summary>The longest accepted text, in characters and in bytes of UTF-8.</summary>
    public const int MaxLength = 4 << 20;

    /// <param name="file">The file's name, for errors.</param>
    /// <exception cref="InputException">
    /// The text is not a valid machine; the message is one line with the file, the line, the key and what was expected.
    /// </exception>
    public static MachineDescription Parse(string file, string text)
    {
        if (text.Length > MaxLength)
            throw new InputException(file, 1, $"expected at most {MaxLength} characters, found {text.Length}");
        if (Encoding.UTF8.GetByteCount(text) is var bytes and > MaxLength)
            throw new InputException(file, 1, $"expected at most {MaxLength} bytes of UTF-8, found {bytes}");
        var root = JsonSource.Parse(file, text).WithKeys("$schema", "name", "kernel", "memory", "noMap", "cpus");
        string name = root.Required("name").AsString();
        if (name.Length is 0 or > 64)
            throw root.Required("name").Error("expected 1 to 64 characters");
        // The name becomes part of grain keys and appears in logs and on terminals.
        if (name.Contains('/', StringComparison.Ordinal) || !OneLine.IsPlain(name))
            throw root.Required("name").Error(
                $"expected a name without '/', control and format characters, found \"{OneLine.Of(name)}\"");

        var kernel = root.Required("kernel")
            .WithKeys("version", "pageSize", "vaBits", "commandLine", "image", "config", "physicalOffset", "kfencePool",
                "kaslr", "realm", "bugs", "fixes");
        var rules = KernelSection.ReadRules(kernel);
        var geometry = KernelSection.ReadGeometry(kernel);
        var config = ConfigSection.Read(kernel.Optional("config"), KernelConfig.Debian);
        ulong page = geometry.Granule.PageSize;
        var memory = MemorySection.ReadMemory(root.Required("memory"), geometry.PaBits, page);
        if (memory.Length == 0)
            throw root.Required("memory").Error("expected at least one range, found none");
        var noMap = root.Optional("noMap") is { } holes ? MemorySection.ReadRanges(holes, geometry.PaBits, page) : [];
        var merged = MemoryRange.Merge(memory);
        ulong size = merged.Aggregate(0UL, (sum, r) => sum + r.Length);
        if (size > MachineDescription.MaxMemory)
            throw root.Required("memory").Error($"expected at most 64T of memory, found {size >> 30}G");

        var image = KernelSection.ReadImage(
            kernel.Required("image"), geometry.Granule, MemoryRange.Subtract(merged, noMap), noMap);
        var fitted = BootMemory.Fit(merged, geometry, image);
        var machine = new MachineDescription
        {
            Name = name,
            Rules = rules,
            Geometry = geometry,
            Config = config,
            CommandLine = CommandLine.Parse(
                kernel.Optional("commandLine")?.AsString() ?? "", rules, config, page),
            Image = image,
            PhysicalOffset = KernelSection.ReadPhysicalOffset(
                kernel.Optional("physicalOffset"), geometry, fitted, image),
            Kaslr = kernel.Optional("kaslr")?.AsBoolean() ?? false,
            Realm = RealmSection.Read(kernel.Optional("realm"), rules, memory),
            Memory = memory,
            NoMap = noMap,
            Cpus = CpuSection.ReadCpus(root.Required("cpus")),
        };
        KernelSection.CheckVaBits(kernel, geometry, machine.Cpus[0]);
        machine = machine with { KfencePool = KernelSection.ReadPool(kernel.Optional("kfencePool"), machine) };
        return machine with { Warnings = [.. MachineWarnings.Of(root, machine)] };
    }
}
