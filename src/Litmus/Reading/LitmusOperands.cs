using System.Globalization;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Splits instructions into operands and reads registers and labels.</summary>
internal static class LitmusOperands
{
    /// <summary>Whether a text is a valid label.</summary>
    public static bool IsLabel(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_')
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');

    /// <summary>The general register of that name, or null.</summary>
    public static LitmusRegister? Register(string text)
    {
        if (text.Length < 2 || text[0] is not ('X' or 'x' or 'W' or 'w'))
            return null;
        bool wide = text[0] is 'X' or 'x';
        if (text[1..].Equals("ZR", StringComparison.OrdinalIgnoreCase))
            return new(31, wide);
        return int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= 30 ? new(number, wide) : null;
    }

    /// <summary>Splits operands at commas and removes blanks; commas inside brackets belong to an address.</summary>
    public static string[] Split(string text)
    {
        var operands = new List<string>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                operands.Add(string.Concat(text[start..i].Where((c, at) => !char.IsWhiteSpace(c))));
                start = i + 1;
            }
            else if (text[i] is '[' or ']')
            {
                depth += text[i] == '[' ? 1 : -1;
            }
        }

        return [.. operands];
    }
}
