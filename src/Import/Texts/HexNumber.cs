using System.Globalization;

namespace Orleans.Mmu.Import.Texts;

/// <summary>Numbers as kernels print them: hexadecimal with or without 0x.</summary>
internal static class HexNumber
{
    public static bool TryParse(ReadOnlySpan<char> text, out ulong value)
    {
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
