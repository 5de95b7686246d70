using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Import.Cpus;

/// <summary>The lines of one CPU in /proc/cpuinfo.</summary>
internal sealed class CpuBlock(ImportFile file, TextLine first, int number)
{
    private const string Implementer = "CPU implementer";
    private const string Variant = "CPU variant";
    private const string Part = "CPU part";
    private const string Revision = "CPU revision";

    private readonly Dictionary<string, int> _fields = [];

    /// <summary>The line of the CPU's number.</summary>
    public int Line => first.Number;

    public void Set(TextLine line, string key, string value)
    {
        int? most = key switch
        {
            Implementer => 0xff,
            Variant or Revision => 0xf,
            Part => 0xfff,
            _ => null,
        };
        if (most is { } limit && !_fields.TryAdd(key, CpuinfoReader.Number(file, line, value, 0, limit)))
            throw file.Error(line.Number, $"expected \"{key}\" once for processor {number}, found it again");
    }

    public ListedCpu Cpu()
    {
        var midr = Midr.Of(Field(Implementer), Field(Part)).Value | (uint)Field(Variant) << 20 | (uint)Field(Revision);
        return new(number, new(midr), $"{file.Name}:{Line}");
    }

    private int Field(string key) => _fields.TryGetValue(key, out int value) ? value
        : throw file.Error(Line, $"expected \"{key}\" for processor {number}, found none");
}
