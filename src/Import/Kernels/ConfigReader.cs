using System.Globalization;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Kernels;

/// <summary>Reads a kernel's .config, as it is or compressed with gzip (/proc/config.gz).</summary>
public static class ConfigReader
{
    private const string Prefix = "CONFIG_";
    private const string NotSet = " is not set";

    private static readonly string[] Foreign = ["X86", "ARM", "RISCV", "PPC", "S390", "LOONGARCH", "MIPS"];
    private static readonly int[] VaSizes = [36, 39, 42, 47, 48, 52];

    /// <exception cref="InputException">The file is no .config, or is one of another architecture.</exception>
    public static BuildConfig Read(ImportFile compressed)
    {
        var file = GzipText.Expand(compressed);
        var values = new Dictionary<string, (string Value, TextLine Line)>(StringComparer.Ordinal);
        KernelRelease? release = null;
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
        if (Foreign.FirstOrDefault(a => values.TryGetValue(a, out var set) && set.Value == "y") is { } other)
            throw file.Error(values[other].Line.Number, $"expected CONFIG_ARM64=y, found CONFIG_{other}=y");
        return Config(new(file, values), release);
    }

    private static BuildConfig Config(ConfigValues values, KernelRelease? release) => new(
        values.File.Name, release,
        values.Is("ARM64_4K_PAGES") == true ? Granule.K4
            : values.Is("ARM64_16K_PAGES") == true ? Granule.K16
            : values.Is("ARM64_64K_PAGES") == true ? Granule.K64 : null,
        values.Number("ARM64_VA_BITS", 64) ?? VaBitsByName(values),
        values.Is("KFENCE"),
        values.Number("KFENCE_SAMPLE_INTERVAL", int.MaxValue),
        values.Number("KFENCE_NUM_OBJECTS", KernelConfig.MaxKfenceObjects),
        values.Is("RODATA_FULL_DEFAULT_ENABLED"),
        values.Is("RANDOMIZE_BASE"),
        values.Is("UNMAP_KERNEL_AT_EL0"),
        values.Is("ARM64_E0PD"));

    private static int? VaBitsByName(ConfigValues values)
    {
        foreach (int bits in VaSizes)
        {
            if (values.Is(string.Create(CultureInfo.InvariantCulture, $"ARM64_VA_BITS_{bits}")) == true)
                return bits;
        }

        return null;
    }

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
    private static KernelRelease? ReleaseIn(ImportFile file, TextLine line)
    {
        string[] words = line.Text.Split(' ');
        if (words is [_, var system, var text, ..])
        {
            if (system != "Linux/arm64")
                throw file.Error(line.Number, $"expected Linux/arm64, found {TextLine.Quote(system)}");
            return KernelRelease.TryParse(text, out var release) ? release : null;
        }

        return null;
    }
}
