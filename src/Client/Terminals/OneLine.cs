using System.Globalization;
using System.Text;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>Text from files and exceptions on its way to a terminal.</summary>
public static class OneLine
{
    /// <summary>
    /// The text as exactly one line: line breaks become spaces, other control characters their code, so that a file's
    /// name can neither fake a second line nor steer the terminal.
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
