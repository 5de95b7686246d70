using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Resources;

/// <summary>
/// Reads /proc/iomem. Its ends are inclusive and its numbers hexadecimal without 0x. "System RAM" is memory that is
/// mapped, and "reserved" is a region of memblock.memory that is NOMAP (setup.c: request_standard_resources); both are
/// at the top level, unless a driver has put a window of its bus around them (cxl_acpi: insert_resource). A "reserved"
/// inside of System RAM is in use, and mapped.
/// </summary>
internal static class IomemReader
{
    private const string SystemRam = "System RAM";
    private const string Reserved = "reserved";

    /// <exception cref="InputException">A line is no resource, or the file is not of an arm64 kernel.</exception>
    public static ResourceMap Read(ImportFile file)
    {
        List<Resource> all = [.. file.Lines().Where(l => !l.IsBlank).Select(l => Parse(file, l))];
        if (all.Count == 0)
            throw file.Error(1, "expected resources such as \"40000000-13fffffff : System RAM\", found none");
        if (all.Find(r => r.Name is "Local APIC" or "IOAPIC 0") is { } foreign)
            throw file.Error(foreign.Line, $"expected the resources of an arm64 kernel, found x86's {foreign.Name}");
        if (all.TrueForAll(r => r is { First: 0, Last: 0 }))
        {
            return new(file.Name, null, null, null,
                [$"{file.Name}:{all[0].Line}: every address is 0, as readers without CAP_SYS_ADMIN get them: read "
                    + "/proc/iomem as root"]);
        }

        var memory = Outermost(all);
        var ram = memory.Where(r => r.Name == SystemRam).Select(r => Range(file, r)).ToList();
        if (ram.Count == 0)
            throw file.Error(all[0].Line, $"expected a line \"{SystemRam}\" at the top level, found none");
        var noMap = memory.Where(r => r.Name == Reserved).Select(r => Range(file, r)).ToList();
        var layout = new MemoryLayout(
            MemoryLayout.Ordered(file.Name, [.. ram, .. noMap]), MemoryLayout.Ordered(file.Name, noMap));
        var (code, data) = (Code(file, all), One(file, all, "Kernel data"));
        Check(ram, code, data);
        return new(file.Name, layout, code, data, [.. AddedLater(file, all)]);
    }

    // "System RAM" and "reserved" that lie in none of the two.
    private static List<Resource> Outermost(List<Resource> all)
    {
        var memory = new List<Resource>();
        int? inside = null;
        foreach (var resource in all)
        {
            if (inside is { } indent && resource.Indent > indent)
                continue;
            inside = resource.Name is SystemRam or Reserved ? resource.Indent : null;
            if (inside is not null)
                memory.Add(resource);
        }

        return memory;
    }

    // The linker script puts data behind code, and memblock keeps all of the image in one region.
    private static void Check(List<NamedRange> ram, NamedRange? code, NamedRange? data)
    {
        foreach (var part in (NamedRange?[])[code, data])
        {
            if (part is not null && !ram.Exists(r => r.Range.Contains(part.Range)))
                throw part.From!.Error($"expected {part.Name} inside System RAM, found {part.Range}");
        }

        if (code is not null && data is not null && data.Range.Start < code.Range.End)
            throw data.From!.Error(
                $"expected Kernel data behind Kernel code, found {data.Range} and {code.Range} ({code.Place})");
    }

    private static NamedRange? Code(ImportFile file, List<Resource> all) =>
        (One(file, all, "Kernel code"), One(file, all, "Kernel rodata")) is ({ } code, var rodata)
            ? rodata is null || rodata.Range.Start < code.Range.Start ? code
                : code with { Range = code.Range with { End = rodata.Range.End } }
            : null;

    private static NamedRange? One(ImportFile file, List<Resource> all, string name)
    {
        var found = all.Where(r => r.Name == name).ToList();
        return found.Count switch
        {
            0 => null,
            1 => Range(file, found[0]),
            _ => throw file.Error(found[1].Line, $"expected one line \"{name}\", found another in {found[0].Line}"),
        };
    }

    // Memory of drivers, such as "System RAM (kmem)", comes after boot: map_mem() does not know it.
    private static IEnumerable<string> AddedLater(ImportFile file, List<Resource> all) =>
        all.Where(r => r.Name.StartsWith(SystemRam + " (", StringComparison.Ordinal)).Select(r =>
            $"{file.Name}:{r.Line}: {OneLine.Of(r.Name)} was added after boot and is left out");

    private static Resource Parse(ImportFile file, TextLine line)
    {
        string text = line.Text;
        int indent = text.Length - text.TrimStart().Length;
        int colon = text.IndexOf(" : ", StringComparison.Ordinal);
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || colon < dash
            || !HexNumber.TryParse(text.AsSpan(indent, dash - indent), out ulong first)
            || !HexNumber.TryParse(text.AsSpan(dash + 1, colon - dash - 1), out ulong last))
        {
            throw file.Error(line.Number,
                $"expected a resource such as \"40000000-13fffffff : System RAM\", found {line.Found}");
        }

        return last >= first ? new(line.Number, indent, first, last, text[(colon + 3)..].Trim())
            : throw file.Error(line.Number, $"expected a last address from 0x{first:x} on, found 0x{last:x}");
    }

    private static NamedRange Range(ImportFile file, Resource resource) => resource.Last >> PhysicalAddress.MaxBits == 0
        ? new(new(new(resource.First), new PhysicalAddress(resource.Last) + 1), resource.Name,
            $"{file.Name}:{resource.Line}", file.At(resource.Line))
        : throw file.Error(
            resource.Line, $"expected memory below 2^{PhysicalAddress.MaxBits}, found 0x{resource.Last:x}");

    private sealed record Resource(int Line, int Indent, ulong First, ulong Last, string Name);
}
