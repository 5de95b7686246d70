using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.Cpus;

/// <summary>
/// Reads /proc/cpuinfo of arm64: for each online CPU a block of lines that begins with "processor" and holds the fields
/// of MIDR_EL1 (cpuinfo.c: c_show).
/// </summary>
internal static class CpuinfoReader
{
    /// <exception cref="InputException">A CPU lacks a field, or the file is not of an arm64 kernel.</exception>
    public static CpuList Read(ImportFile file)
    {
        var cpus = new List<ListedCpu>();
        ImmutableHashSet<string> features = [];
        CpuBlock? block = null;
        foreach (var line in file.Lines().Where(l => !l.IsBlank))
        {
            var (key, value) = Split(file, line);
            if (ForeignFields.ArchitectureOf(key, value) is { } other)
                throw file.Error(line.Number,
                    $"expected the CPUs of an arm64 kernel, with \"CPU implementer\", found {other}'s {line.Found}");
            if (key == "processor")
            {
                Add(file, cpus, block);
                block = new(file, line, Number(file, line, value, 0, int.MaxValue));
            }
            else if (block is not null)
            {
                block.Set(line, key, value);
                if (key == "Features" && cpus.Count == 0)
                    features = [.. value.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            }
        }

        Add(file, cpus, block);
        if (cpus.Count == 0)
            throw file.Error(1, "expected a line such as \"processor : 0\", found none");
        cpus.Sort((a, b) => a.Number.CompareTo(b.Number));
        return new(file.Name, cpus, features, [.. CpuList.Holes(file.Name, cpus)]);
    }

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, decimal or with 0x.</summary>
    internal static int Number(ImportFile file, TextLine line, string text, int least, int most)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool read = hex
            ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int n)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out n);
        return read && n >= least && n <= most ? n
            : throw file.Error(line.Number,
                $"expected a number from {least} to {most}, found {TextLine.Quote(text)}");
    }

    private static (string Key, string Value) Split(ImportFile file, TextLine line)
    {
        int colon = line.Text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0
            ? (line.Text[..colon].Trim(), line.Text[(colon + 1)..].Trim())
            : throw file.Error(line.Number, $"expected a line such as \"CPU part : 0xd84\", found {line.Found}");
    }

    private static void Add(ImportFile file, List<ListedCpu> cpus, CpuBlock? block)
    {
        if (block is null)
            return;
        var cpu = block.Cpu();
        if (cpus.Find(c => c.Number == cpu.Number) is { } twin)
            throw file.Error(block.Line, $"expected each processor once, found {cpu.Number} also in {twin.Place}");
        if (cpus.Count == MachineDescription.MaxCpus)
            throw file.Error(block.Line, $"expected at most {MachineDescription.MaxCpus} CPUs, found more");
        cpus.Add(cpu);
    }
}
