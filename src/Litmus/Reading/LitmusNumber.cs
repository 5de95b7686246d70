using System.Globalization;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Numbers of litmus tests: decimal, or hexadecimal after 0x, up to 64 bits.</summary>
internal static class LitmusNumber
{
    public static bool TryParse(string text, out long number)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            bool is64 = ulong.TryParse(
                text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits);
            number = unchecked((long)bits);
            return is64;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}
