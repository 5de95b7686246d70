using System.Globalization;
using System.Text;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>Makes text from files and exceptions safe for a terminal.</summary>
public static class OneLine
{
    /// <summary>
    /// The text as exactly one line: line breaks become spaces and other control characters their codes, so that a
    /// file's name can neither fake a second line nor control the terminal.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (char c in text.ReplaceLineEndings(" "))
        {
            if (char.IsControl(c))
                line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else
                line.Append(c);
        }

        return line.ToString();
    }
}
