namespace Orleans.Mmu.Linux.Kernels;

/// <summary>
/// The words of a command line as the code reads them that runs before the kernel is mapped (__parse_cmdline in
/// pi/idreg-override.c): white space alone ends a word, quotation marks mean nothing, and nothing is cut off.
/// </summary>
internal static class OverrideWords
{
    // The buffer of a word has 256 bytes; what is longer goes on as a word of its own.
    private const int Longest = 255;

    /// <summary>The words before a "--" with white space behind it, each '-' read as '_'.</summary>
    public static IEnumerable<string> Of(string text)
    {
        int zero = text.IndexOf('\0', StringComparison.Ordinal);
        string line = zero >= 0 ? text[..zero] : text;
        for (int at = 0; ;)
        {
            while (at < line.Length && KernelArguments.IsSpace(line[at]))
                at++;
            if (at == line.Length || IsEnd(line.AsSpan(at)))
                yield break;
            int start = at;
            while (at < line.Length && !KernelArguments.IsSpace(line[at]) && at - start < Longest)
                at++;
            yield return line[start..at].Replace('-', '_');
        }
    }

    private static bool IsEnd(ReadOnlySpan<char> rest) =>
        rest is ['-', '-', var next, ..] && KernelArguments.IsSpace(next);
}
