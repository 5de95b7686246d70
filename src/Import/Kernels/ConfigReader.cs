using System.Globalization;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>Reads a kernel's .config, as it is or compressed with gzip (/proc/config.gz).</summary>
internal static class ConfigReader
{
    private const string Prefix = "CONFIG_";
    private const string NotSet = " is not set";

    private const string VaBits = "ARM64_VA_BITS";

    // The option of an architecture itself, and what its part of a .config has where that option is cut off.
    private static readonly (string Option, string Architecture)[] Foreign =
    [
        ("X86", "x86"), ("X86_64", "x86"), ("X86_32", "x86"), ("ARM", "32-bit Arm"), ("CPU_V7", "32-bit Arm"),
        ("CPU_32v7", "32-bit Arm"), ("ARCH_MULTI_V7", "32-bit Arm"), ("ARM_LPAE", "32-bit Arm"), ("RISCV", "RISC-V"),
        ("PPC", "PowerPC"), ("PPC64", "PowerPC"), ("S390", "s390"), ("LOONGARCH", "LoongArch"), ("MIPS", "MIPS"),
        ("SPARC", "SPARC"), ("PARISC", "PA-RISC"), ("M68K", "m68k"), ("UML", "User Mode Linux"),
    ];

    /// <exception cref="InputException">The file is no .config, or is one of another architecture.</exception>
    public static BuildConfig Read(ImportFile compressed)
    {
        var file = GzipText.Expand(compressed);
        var values = new Dictionary<string, (string Value, TextLine Line)>(StringComparer.Ordinal);
        PlacedValue<KernelRelease>? release = null;
        foreach (var line in file.Lines())
        {
            if (Option(line) is var (name, value))
                values[name] = (value, line);
            else if (line.Text.StartsWith("# Linux/", StringComparison.Ordinal))
                release ??= ReleaseIn(file, line);
            else if (!line.IsBlank && !line.Text.StartsWith('#'))
                throw file.Error(line.Number, $"expected a line such as \"CONFIG_ARM64=y\", found {line.Found}");
        }

        if (values.Count == 0)
            throw file.Error(1, "expected lines such as \"CONFIG_ARM64=y\", found none");
        foreach (var (option, architecture) in Foreign)
        {
            if (values.TryGetValue(option, out var set) && set.Value == "y")
                throw file.Error(
                    set.Line.Number, $"expected CONFIG_ARM64=y, found CONFIG_{option}=y, of {architecture}");
        }

        return Config(new(file, values), release);
    }

    private static BuildConfig Config(ConfigValues values, PlacedValue<KernelRelease>? release) => new(
        values.File.Name, release,
        values.Choice(Granule.All.Select(g => ($"ARM64_{g}_PAGES", g))),
        values.Number(VaBits, 64) is { } bits ? new(bits, values.PlaceOf(VaBits))
            : values.Choice(TranslationGeometry.AllVaSizes.Select(
                b => (string.Create(CultureInfo.InvariantCulture, $"{VaBits}_{b}"), b))),
        values.Is("KFENCE"),
        values.Number("KFENCE_SAMPLE_INTERVAL", int.MaxValue),
        values.Number("KFENCE_NUM_OBJECTS", KernelConfig.MaxKfenceObjects, least: 1),
        values.Is("RODATA_FULL_DEFAULT_ENABLED"),
        values.Is("RANDOMIZE_BASE"),
        values.Is("UNMAP_KERNEL_AT_EL0"),
        values.Is("ARM64_E0PD"),
        values.Is("DEBUG_PAGEALLOC"),
        values.Is("DEBUG_PAGEALLOC_ENABLE_DEFAULT"));

    private static (string Name, string Value)? Option(TextLine line)
    {
        var text = line.Text.AsSpan().Trim();
        if (text.StartsWith("# " + Prefix, StringComparison.Ordinal) && text.EndsWith(NotSet, StringComparison.Ordinal))
            return (text[(2 + Prefix.Length)..^NotSet.Length].ToString(), "n");
        int equals = text.IndexOf('=');
        return text.StartsWith(Prefix, StringComparison.Ordinal) && equals > 0
            ? (text[Prefix.Length..equals].ToString(), text[(equals + 1)..].ToString())
            : null;
    }

    // "# Linux/arm64 6.18.15 Kernel Configuration"
    private static PlacedValue<KernelRelease>? ReleaseIn(ImportFile file, TextLine line)
    {
        string[] words = line.Text.Split(' ');
        if (words is [_, var system, var text, ..])
        {
            if (system != "Linux/arm64")
                throw file.Error(line.Number, $"expected Linux/arm64, found {TextLine.Quote(system)}");
            return KernelRelease.TryParse(text, out var release) ? new(release, file.At(line.Number)) : null;
        }

        return null;
    }
}
