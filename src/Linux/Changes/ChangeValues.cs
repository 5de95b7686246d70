using System.Globalization;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>The words of one line of a changes file.</summary>
/// <param name="file">The file's name, for errors.</param>
internal sealed class ChangeValues(string file, int line, string[] words)
{
    /// <summary>The line in the file, from 1.</summary>
    public int Line => line;

    /// <summary>The call's name as written.</summary>
    public string Name => words[0];

    public string this[int index] => words[index];

    public InputException Error(string message) => new(file, line, message);

    /// <summary>Refuses another number of words than a call has.</summary>
    /// <param name="operands">Their names, "VA PAGES".</param>
    public void Require(string operands)
    {
        if (words.Length != operands.Split(' ').Length + 1)
            throw Error($"expected \"{Name} {operands}\", found {words.Length - 1} values");
    }

    /// <summary>A hexadecimal address, a multiple of the page size.</summary>
    /// <param name="example">An address as it may stand there.</param>
    public ulong Address(int index, string example, ulong pageSize)
    {
        if (!TryHex(words[index], out ulong address))
            throw Error($"expected an address such as {example}, found {words[index]}");
        return address % pageSize == 0 ? address
            : throw Error($"expected a multiple of {pageSize >> 10}K, found {words[index]}");
    }

    /// <summary>A number of pages from 1, decimal or hexadecimal.</summary>
    public long Pages(int index)
    {
        long pages = TryHex(words[index], out ulong hex) ? (long)Math.Min(hex, long.MaxValue)
            : long.TryParse(words[index], NumberStyles.None, CultureInfo.InvariantCulture, out long given) ? given : 0;
        return pages > 0 ? pages : throw Error($"expected a number of pages from 1, found {words[index]}");
    }

    private static bool TryHex(string word, out ulong value)
    {
        value = 0;
        return word.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
