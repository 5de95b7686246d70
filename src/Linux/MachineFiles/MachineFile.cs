using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
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
                "bugs", "fixes");
        var rules = ReadBugs(kernel, ReadVersion(kernel.Required("version")));
        var geometry = ReadGeometry(kernel);
        var config = ReadConfig(kernel.Optional("config"));
        var memory = ReadRanges(root.Required("memory"), geometry.PaBits);
        if (memory.Length == 0)
            throw root.Required("memory").Error("expected at least one range, found none");
        var noMap = root.Optional("noMap") is { } holes ? ReadRanges(holes, geometry.PaBits) : [];
        var merged = MemoryRange.Merge(memory);
        ulong size = merged.Aggregate(0UL, (sum, r) => sum + r.Length);
        if (size > MachineDescription.MaxMemory)
            throw root.Required("memory").Error($"expected at most 64T of memory, found {size >> 30}G");

        var image = ReadImage(kernel.Required("image"), geometry.Granule, MemoryRange.Subtract(merged, noMap));
        return new MachineDescription
        {
            Name = name,
            Rules = rules,
            Geometry = geometry,
            Config = config,
            CommandLine = CommandLine.Parse(kernel.Optional("commandLine")?.AsString() ?? "", rules, config),
            Image = image,
            PhysicalOffset = ReadPhysicalOffset(kernel.Optional("physicalOffset"), geometry, merged),
            KfencePool = ReadPool(kernel.Optional("kfencePool"), geometry.Granule, merged),
            Memory = memory,
            NoMap = noMap,
            Cpus = ReadCpus(root.Required("cpus")),
        };
    }

    private static KernelRules ReadVersion(JsonSource version) =>
        KernelVersion.TryParse(version.AsString(), out var v)
            ? KernelRules.Of(v)
            : throw version.Error($"expected a kernel from 6.12 to 6.19 or 7.0 to 7.3, found {version.Found}");

    // "bugs" adds mistakes to a kernel whose version no longer has them; "fixes" removes mistakes that it has.
    private static KernelRules ReadBugs(JsonSource kernel, KernelRules rules)
    {
        foreach (string key in (string[])["bugs", "fixes"])
        {
            foreach (var item in kernel.Optional(key)?.AsArray() ?? [])
            {
                var bug = KernelBug.Find(item.AsString())
                    ?? throw item.Error(
                        $"expected one of {string.Join(", ", KernelBug.All.Select(b => b.Name))}, found {item.Found}");
                rules = rules.With(bug, present: key == "bugs");
            }
        }

        return rules;
    }

    private static TranslationGeometry ReadGeometry(JsonSource kernel)
    {
        var pageSize = kernel.Required("pageSize");
        if (!Granule.TryParse(pageSize.AsString(), out var granule))
            throw pageSize.Error($"expected \"4K\", \"16K\" or \"64K\", found {pageSize.Found}");
        var vaBits = kernel.Required("vaBits");
        int bits = vaBits.AsInteger(0, 64);
        var sizes = TranslationGeometry.VaSizes(granule);
        return sizes.Contains(bits)
            ? TranslationGeometry.Create(granule, bits)
            : throw vaBits.Error($"expected {string.Join(", ", sizes)} with {granule} pages, found {bits}");
    }

    private static KernelConfig ReadConfig(JsonSource? config)
    {
        if (config is null)
            return new();
        config.WithKeys("KFENCE", "RODATA_FULL_DEFAULT_ENABLED");
        return new(config.Optional("KFENCE")?.AsBoolean() ?? true,
            config.Optional("RODATA_FULL_DEFAULT_ENABLED")?.AsBoolean() ?? true);
    }

    private static KernelImage ReadImage(JsonSource image, Granule granule, IReadOnlyList<MemoryRange> memory)
    {
        string[] keys = ["text", "stext", "initBegin", "initEnd", "bssStop", "end"];
        image.WithKeys(keys);
        var at = new PhysicalAddress[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            var value = image.Required(keys[i]);
            at[i] = value.AsAddress();
            if (i > 0 && at[i] < at[i - 1])
                throw value.Error($"expected an address not below {keys[i - 1]} ({at[i - 1]}), found {at[i]}");
            if (keys[i] != "bssStop" && !at[i].IsAligned(granule.PageSize))
                throw value.Error($"expected a multiple of {granule}, found {at[i]}");
        }

        var result = new KernelImage(at[0], at[1], at[2], at[3], at[4], at[5]);
        if (result.InitBegin - result.Stext < KernelImage.ReservedPages * granule.PageSize)
            throw image.Required("initBegin")
                .Error($"expected at least {KernelImage.ReservedPages} pages after stext, found {result.InitBegin}");
        if (!memory.Any(m => m.Contains(new(result.Text, result.End))))
            throw image.Error(
                $"expected the image [{result.Text}, {result.End}) inside one range of mapped memory, found it "
                + $"outside");
        return result;
    }

    // The kernel may randomise the offset. With enough room it then lies below address 0, as 64 bits modulo 2^64.
    private static PhysicalAddress? ReadPhysicalOffset(JsonSource? value, TranslationGeometry geometry,
        IReadOnlyList<MemoryRange> memory)
    {
        if (value is null)
            return null;
        var offset = value.AsOffset();
        ulong alignment = LinearMapLayout.Alignment(geometry.Granule);
        if (!offset.IsAligned(alignment))
            throw value.Error($"expected a multiple of 0x{alignment:x}, found {offset}");
        ulong room = LinearMapLayout.EndOf(geometry) - geometry.UpperHalfStart;
        return memory[0].Start - offset < room
            ? offset
            : throw value.Error(
                $"expected an address not above memory ({memory[0].Start}) and at most 0x{room:x} below it, found "
                + $"{offset}");
    }

    private static PhysicalAddress? ReadPool(JsonSource? value, Granule granule, IReadOnlyList<MemoryRange> memory)
    {
        if (value is null)
            return null;
        var pool = value.AsAddress();
        if (!pool.IsAligned(granule.PageSize))
            throw value.Error($"expected a multiple of {granule}, found {pool}");
        return memory.Any(m => m.Contains(new(pool, pool + LinearMapLayout.KfencePoolSize(granule))))
            ? pool
            : throw value.Error(
                $"expected {LinearMapLayout.KfencePoolSize(granule) >> 10}K inside memory, found {pool}");
    }

    private static ImmutableArray<MemoryRange> ReadRanges(JsonSource array, int paBits)
    {
        var items = array.AsArray();
        if (items.Count > MachineDescription.MaxRanges)
            throw array.Error($"expected at most {MachineDescription.MaxRanges} ranges, found {items.Count}");
        var ranges = new List<(MemoryRange Range, JsonSource Source)>();
        foreach (var item in items)
        {
            item.WithKeys("start", "end", "size");
            var start = item.Required("start").AsAddress();
            if (item.Optional("end") is not null && item.Optional("size") is { } both)
                throw both.Error("expected \"end\" or \"size\", found both");
            var end = item.Optional("size") is { } size ? start + size.AsSize() : item.Required("end").AsAddress();
            var last = item.Optional("size") ?? item.Required("end");
            if (end <= start)
                throw last.Error($"expected an address above start ({start}), found {end}");
            if (end.Value > 1UL << paBits)
                throw last.Error($"expected memory below 2^{paBits}, found {end}");
            ranges.Add((new(start, end), item));
        }

        var sorted = ranges.OrderBy(r => r.Range.Start).ToList();
        for (int i = 1; i < sorted.Count; i++)
        {
            if (sorted[i].Range.Overlaps(sorted[i - 1].Range))
                throw sorted[i].Source.Error(
                    $"expected ranges that do not overlap, found {sorted[i].Range} and {sorted[i - 1].Range}");
        }

        return [.. ranges.Select(r => r.Range)];
    }

    private static ImmutableArray<CpuDescription> ReadCpus(JsonSource array)
    {
        var cpus = ImmutableArray.CreateBuilder<CpuDescription>();
        foreach (var item in array.AsArray())
        {
            item.WithKeys("midr", "count", "core", "bbm", "tlb", "late");
            int count = item.Optional("count")?.AsInteger(1, MachineDescription.MaxCpus) ?? 1;
            if (cpus.Count + count > MachineDescription.MaxCpus)
                throw array.Error($"expected at most {MachineDescription.MaxCpus} CPUs, found more");
            var cpu = ReadCpu(item);
            if (cpu.Late && cpus.Count == 0)
                throw item.Required("late").Error("expected the first CPU to boot the machine, found it late");
            cpus.AddRange(Enumerable.Repeat(cpu, count));
        }

        return cpus.Count > 0 ? cpus.DrainToImmutable() : throw array.Error("expected at least one CPU, found none");
    }

    private static CpuDescription ReadCpu(JsonSource item)
    {
        var midr = item.Required("midr").AsMidr();
        var core = Core.Of(midr);
        if (item.Optional("core") is { } named)
            core = Core.Find(named.AsString())
                ?? throw named.Error($"expected a core such as \"Cortex-A76\", found {named.Found}");
        BbmLevel? bbm = item.Optional("bbm") is { } level ? (BbmLevel)level.AsInteger(0, 3) : null;
        TlbGeometry? tlb = null;
        if (item.Optional("tlb") is { } shape)
        {
            tlb = TlbGeometry.TryParse(shape.AsString(), out var parsed)
                ? parsed
                : throw shape.Error(string.Create(CultureInfo.InvariantCulture,
                    $"expected entries and ways such as \"1280x5\", at most {TlbGeometry.MaxEntries} entries, found "
                    + $"{shape.Found}"));
        }

        return new(midr, core, bbm, tlb, item.Optional("late")?.AsBoolean() ?? false);
    }
}
