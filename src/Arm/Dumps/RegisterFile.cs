using System.Globalization;

namespace Orleans.Mmu.Arm.Dumps;

/// <summary>
/// System registers of a machine's CPUs, from a text with lines such as "cpu0 TCR_EL1 = 0x005001f5b5503510".
/// </summary>
public sealed class RegisterFile
{
    private readonly SortedDictionary<int, Dictionary<string, (ulong Value, int Line)>> _cpus = [];

    private RegisterFile()
    {
    }

    /// <summary>The CPUs that the text names, ascending.</summary>
    public IReadOnlyCollection<int> Cpus => _cpus.Keys;

    /// <summary>Reads a text; empty lines and lines that begin with # are skipped.</summary>
    /// <exception cref="DumpException">A line has another form, or gives a register twice.</exception>
    public static RegisterFile Parse(string text)
    {
        var file = new RegisterFile();
        int number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty || line[0] == '#')
                continue;
            int space = line.IndexOf(' ');
            int equals = line.IndexOf('=');
            if (space < 0 || equals < space || !TryCpu(line[..space], out int cpu)
                || !TryValue(line[(equals + 1)..].Trim(), out ulong value))
                throw new DumpException(
                    $"expected a register such as \"cpu0 TCR_EL1 = 0x5001f5b5503510\", found \"{Short(line)}\"",
                    number);
            file.Add(cpu, line[space..equals].Trim().ToString(), value, number);
        }

        return file;
    }

    /// <summary>Registers that were read from another kind of text.</summary>
    /// <exception cref="DumpException">A register is given twice.</exception>
    public static RegisterFile Of(IEnumerable<(int Cpu, string Name, ulong Value, int Line)> registers)
    {
        var file = new RegisterFile();
        foreach (var (cpu, name, value, line) in registers)
            file.Add(cpu, name, value, line);
        return file;
    }

    /// <summary>The value of a CPU's register and the number of the line that gives it, or null.</summary>
    public (ulong Value, int Line)? Find(int cpu, string name) =>
        _cpus.TryGetValue(cpu, out var registers) && registers.TryGetValue(name, out var found) ? found : null;

    /// <exception cref="DumpException">The text does not give that register.</exception>
    public (ulong Value, int Line) Require(int cpu, string name) =>
        Find(cpu, name) ?? throw new DumpException($"expected a line \"cpu{cpu} {name} = 0x…\", found none");

    private void Add(int cpu, string name, ulong value, int line)
    {
        if (!_cpus.TryGetValue(cpu, out var registers))
            _cpus.Add(cpu, registers = []);
        if (!registers.TryAdd(name, (value, line)))
            throw new DumpException($"expected each register once, found cpu{cpu} {Short(name)} again", line);
    }

    private static bool TryCpu(ReadOnlySpan<char> word, out int cpu)
    {
        cpu = 0;
        return word.StartsWith("cpu")
            && int.TryParse(word[3..], NumberStyles.None, CultureInfo.InvariantCulture, out cpu);
    }

    private static bool TryValue(ReadOnlySpan<char> word, out ulong value)
    {
        value = 0;
        return word.StartsWith("0x")
            && ulong.TryParse(word[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static string Short(ReadOnlySpan<char> text) => text.Length > 60 ? $"{text[..60]}…" : text.ToString();
}
