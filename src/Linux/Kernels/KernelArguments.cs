using System.Text;

namespace Orleans.Mmu.Linux.Kernels;

/// <summary>One parameter of a kernel command line.</summary>
/// <param name="Name">The name as given.</param>
/// <param name="Value">The text after the first '='; null if there is none.</param>
public readonly record struct KernelArgument(string Name, string? Value)
{
    /// <summary>parameq(): '-' and '_' are one character.</summary>
    public string Key => Name.Replace('-', '_');
}

/// <summary>Splits a kernel command line as parse_args() and next_arg() do.</summary>
public static class KernelArguments
{
    /// <summary>COMMAND_LINE_SIZE of arm64, in bytes; the last byte ends the string.</summary>
    public const int MaxBytes = 2048;

    /// <summary>
    /// The command line that the kernel keeps: early_init_dt_scan_chosen() copies at most COMMAND_LINE_SIZE - 1 bytes.
    /// </summary>
    public static string Kept(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) < MaxBytes)
            return text;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int end = MaxBytes - 1;
        while ((bytes[end] & 0xc0) == 0x80)
            end--;
        return Encoding.UTF8.GetString(bytes, 0, end);
    }

    /// <summary>The parameters before "--", which ends those for the kernel.</summary>
    public static IEnumerable<KernelArgument> Of(string text)
    {
        int zero = text.IndexOf('\0', StringComparison.Ordinal);
        string line = zero >= 0 ? text[..zero] : text;
        for (int at = SkipSpaces(line, 0); at < line.Length;)
        {
            var argument = Next(line, ref at);
            at = SkipSpaces(line, at);
            if (argument is { Name: "--", Value: null })
                yield break;
            yield return argument;
        }
    }

    // next_arg(): a quote anywhere begins or ends quoted text, in which white space counts. The quotes around a whole
    // parameter or a whole value are no part of it; others are.
    private static KernelArgument Next(string line, ref int at)
    {
        bool quoted = line[at] == '"';
        int start = quoted ? at + 1 : at;
        bool inQuotes = quoted;
        int equals = -1;
        int end = start;
        for (; end < line.Length && (inQuotes || !IsSpace(line[end])); end++)
        {
            // An '=' at the start belongs to the name.
            if (equals < 0 && end > start && line[end] == '=')
                equals = end;
            inQuotes ^= line[end] == '"';
        }

        at = end;
        int last = end > start && line[end - 1] == '"' ? end - 1 : end;
        if (equals < 0)
            return new(line[start..(quoted ? last : end)], null);
        int value = equals + 1;
        bool valueQuoted = value < end && line[value] == '"';
        value = valueQuoted ? value + 1 : value;
        int valueEnd = quoted || valueQuoted ? last : end;
        return new(line[start..equals], value < valueEnd ? line[value..valueEnd] : "");
    }

    private static int SkipSpaces(string line, int at)
    {
        while (at < line.Length && IsSpace(line[at]))
            at++;
        return at;
    }

    // isspace() of the kernel's ctype table, for ASCII.
    internal static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');
}
