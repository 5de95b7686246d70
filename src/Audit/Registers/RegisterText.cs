using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Audit.Registers;

/// <summary>
/// Finds system registers in what debuggers print: "cpu0 TCR_EL1 = 0x…", "TCR_EL1: 0x…", "TCR_EL1=…", GDB's name,
/// value and value in decimal, OpenOCD's "tcr_el1 (/64): 0x…", JSON, a table, and "p/x $TCR_EL1" with its answer.
/// Names may be of either case. A line that names a CPU ("CPU#1", "core 1:") is about the registers that follow;
/// without one they are CPU 0's. Other text is passed over.
/// </summary>
public static partial class RegisterText
{
    private const string Names = "TTBR0_EL1|TTBR1_EL1|TCR_EL1|MAIR_EL1|SCTLR_EL1|ID_AA64MMFR[0-4]_EL1";

    /// <exception cref="DumpException">
    /// The text has no such register, one without a value of at most 64 bits, or one with two values.
    /// </exception>
    public static RegisterFile Parse(string text)
    {
        var found = new Dictionary<(int Cpu, string Name), (ulong Value, int Line)>();
        int cpu = 0;
        int number = 0;
        string? asked = null;
        foreach (var raw in TerminalText.Plain(text).AsSpan().EnumerateLines())
        {
            number++;
            string line = raw.ToString();
            // GDB numbers what it prints: the name stands in the command before.
            if (asked is not null)
                line = Answer().Replace(line, $"{asked} = ");
            asked = Question().Match(line) is { Success: true } question ? question.Groups["name"].Value : null;
            if (Cpu().Match(line) is { Success: true } context)
                cpu = int.Parse(context.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            foreach (Match match in Register().Matches(line))
                Add(found, cpu, match, number);
        }

        if (found.Count == 0 && GeneralRegisters().IsMatch(text))
            throw new DumpException(
                "expected TTBR1_EL1, TCR_EL1, found QEMU's general registers (gdb: info registers TTBR1_EL1; crash: "
                + "vtop swapper_pg_dir; or a core's VMCOREINFO)", number);
        if (found.Count == 0)
            throw new DumpException(
                "expected system registers such as \"TTBR1_EL1 = 0x…\" and \"TCR_EL1 = 0x…\", found none", number);
        return RegisterFile.Of(found.Select(r => (r.Key.Cpu, r.Key.Name, r.Value.Value, r.Value.Line)));
    }

    private static void Add(
        Dictionary<(int, string), (ulong, int)> found, int cpu, Match match, int line)
    {
        string name = match.Groups["name"].Value.ToUpperInvariant();
        string text = match.Groups["value"].Value.Replace("_", "", StringComparison.Ordinal);
        // A debugger that cannot read a register prints "<unavailable>" and the like: then it is missing.
        if (text.Length == 0)
            return;
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            throw new DumpException($"{name}: expected a hexadecimal value of at most 64 bits, found {text}", line);
        if (digits == text && digits.Length is not (1 or 16) && digits.All(char.IsAsciiDigit))
            throw new DumpException(
                $"{name}: expected a hexadecimal value, with 0x or of 16 digits, found {text}, which may be decimal",
                line);
        if (found.TryGetValue((cpu, name), out var before) && before.Item1 != value)
            throw new DumpException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{name}: expected one value for CPU {cpu}, found 0x{value:x} and in line {before.Item2} "
                    + $"0x{before.Item1:x}"), line);
        found[(cpu, name)] = (value, line);
    }

    [GeneratedRegex(@"(?:^|[\s*(])(?:cpu|core)\s*[#\s]?([0-9]{1,5})(?![0-9])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Cpu();

    // "PC=… X00=…" of aarch64_cpu_dump_state().
    [GeneratedRegex(@"\bPC=[0-9a-f]{16} X00=[0-9a-f]{16}\b")]
    private static partial Regex GeneralRegisters();

    [GeneratedRegex(@"(?<![A-Za-z0-9_$])(?<name>" + Names + @")(?![A-Za-z0-9_])[""']?\s*(?:\(/?[0-9]+\))?"
        + @"\s*(?:->|[:=|(]|val(?:ue)?\s*=)?\s*[""']?(?<value>0[xX][0-9a-fA-F_]+|[0-9a-fA-F_]*[0-9][0-9a-fA-F_]*)?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Register();

    [GeneratedRegex(@"\$(?<name>" + Names + @")\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Question();

    [GeneratedRegex(@"^\s*\$[0-9]+ = ")]
    private static partial Regex Answer();
}
