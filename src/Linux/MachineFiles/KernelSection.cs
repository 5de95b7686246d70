using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>The section "kernel" of a machine file: version, geometry, configuration and image.</summary>
internal static class KernelSection
{
    /// <summary>The rules of the version, with the bugs that the file adds and without those that it fixes.</summary>
    public static KernelRules ReadRules(JsonSource kernel) => ReadBugs(kernel, ReadVersion(kernel.Required("version")));

    public static TranslationGeometry ReadGeometry(JsonSource kernel)
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

    /// <summary>
    /// Refuses 52 bits where the boot CPU is known to lack them: such a kernel runs with fewer (vabits_actual).
    /// </summary>
    public static void CheckVaBits(JsonSource kernel, TranslationGeometry geometry, CpuDescription bootCpu)
    {
        if (geometry.VaBits != 52 || !CoreAddresses.Lack52Bits(bootCpu.Core.Midr))
            return;
        var granule = geometry.Granule;
        throw kernel.Required("vaBits").Error(
            $"expected {(granule == Granule.K16 ? 47 : 48)}, which a 52-bit kernel uses where the boot CPU "
            + $"({bootCpu.Core.Name}) has no {(granule == Granule.K64 ? "FEAT_LVA" : "FEAT_LPA2")}, found 52");
    }

    /// <param name="mapped">Memory without the ranges of "noMap".</param>
    public static KernelImage ReadImage(JsonSource image, Granule granule, IReadOnlyList<MemoryRange> mapped,
        IReadOnlyList<MemoryRange> noMap)
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
        var whole = new MemoryRange(result.Text, result.End);
        if (noMap.Any(hole => hole.Overlaps(whole)))
            throw image.Error(
                $"expected the image {whole} outside noMap, found it over {noMap.First(hole => hole.Overlaps(whole))}");
        if (!mapped.Any(m => m.Contains(whole)))
            throw image.Error(
                $"expected the image {whole} inside one range of mapped memory, found it outside");
        return result;
    }

    // The kernel may randomize the offset. With enough room it then lies below address 0, as 64 bits modulo 2^64.
    /// <param name="fitted">The memory that the kernel keeps before it moves the offset.</param>
    public static PhysicalAddress? ReadPhysicalOffset(JsonSource? value, TranslationGeometry geometry,
        BootMemory fitted, KernelImage image)
    {
        if (value is null)
            return null;
        var offset = value.AsOffset();
        ulong alignment = LinearMapLayout.Alignment(geometry.Granule);
        if (!offset.IsAligned(alignment))
            throw value.Error($"expected a multiple of 0x{alignment:x}, found {offset}");
        ulong room = LinearMapLayout.RoomOf(geometry);
        var first = fitted.Ranges[0].Start;
        if (first - offset >= room)
            throw value.Error(
                $"expected an address not above memory ({first}) and at most 0x{room:x} below it, found {offset}");
        return image.End - offset <= room
            ? offset
            : throw value.Error(
                $"expected the image [{image.Text}, {image.End}) at most 0x{room:x} above it, found {offset}");
    }

    /// <summary>The pool, which memblock takes from memory that is mapped and not reserved.</summary>
    public static PhysicalAddress? ReadPool(JsonSource? value, MachineDescription machine)
    {
        if (value is null)
            return null;
        var pool = value.AsAddress();
        var granule = machine.Geometry.Granule;
        ulong size = machine.KfencePoolSize;
        if (!pool.IsAligned(granule.PageSize))
            throw value.Error($"expected a multiple of {granule}, found {pool}");
        var range = new MemoryRange(pool, pool + size);
        if (!LinearMapLayout.Of(machine).Memory(machine).Any(m => m.Contains(range)))
            throw value.Error($"expected {size >> 10}K inside memory that the kernel maps, found {pool}");
        var image = new MemoryRange(machine.Image.Text, machine.Image.End);
        return range.Overlaps(image)
            ? throw value.Error($"expected {size >> 10}K beside the kernel image {image}, found {pool}")
            : pool;
    }

    /// <summary>Whether the version is later than all whose rules are known; the latest rules apply then.</summary>
    public static bool IsTooNew(JsonSource kernel) =>
        KernelRelease.TryParse(kernel.Required("version").AsString(), out var release) && release.IsTooNew;

    private static KernelRules ReadVersion(JsonSource version)
    {
        if (!KernelRelease.TryParse(version.AsString(), out var release))
            throw version.Error($"expected a kernel such as \"6.18\" or what uname -r prints, found {version.Found}"
                + NearestName.Hint(version.AsString(), KernelVersion.Names));
        if (release.IsTooOld)
            throw version.Error(
                $"expected a kernel from {KernelVersion.Oldest} on, the oldest whose rules are known, found "
                + version.Found);
        return release.IsTooNew ? KernelRules.Of(KernelVersion.Newest)
            : release.Version is { } known ? KernelRules.Of(known)
            : throw version.Error($"expected a kernel that exists, 6.12 to 6.19 or 7.0 on, found {version.Found}"
                + NearestName.Hint(version.AsString(), KernelVersion.Names));
    }

    // "bugs" adds mistakes to a kernel whose version no longer has them; "fixes" removes mistakes that it has.
    private static KernelRules ReadBugs(JsonSource kernel, KernelRules rules)
    {
        foreach (string key in (string[])["bugs", "fixes"])
        {
            foreach (var item in kernel.Optional(key)?.AsArray() ?? [])
            {
                var bug = KernelBug.Find(item.AsString())
                    ?? throw item.Error(
                        $"expected a bug that mmu museum lists, found {item.Found}"
                        + NearestName.Hint(item.AsString(), KernelBug.All.Select(b => b.Name)));
                rules = rules.With(bug, present: key == "bugs");
            }
        }

        return rules;
    }
}
