namespace Orleans.Mmu.Linux.Kernels;

/// <summary>A size as the kernel's memparse() reads it.</summary>
internal static class MemorySize
{
    /// <summary>
    /// A number of base 8, 10 or 16 by its prefix, and one letter of K, M, G, T, P, E; 0 if there is no number. What
    /// follows is passed over, and the result is modulo 2^64.
    /// </summary>
    public static ulong Parse(string text)
    {
        int at = 0;
        uint radix = 10;
        if (text.StartsWith('0'))
        {
            bool hex = text.Length > 2 && text[1] is 'x' or 'X' && char.IsAsciiHexDigit(text[2]);
            radix = hex ? 16u : 8;
            at = hex ? 2 : 0;
        }

        ulong number = 0;
        for (; at < text.Length && char.IsAsciiHexDigit(text[at]); at++)
        {
            uint digit = char.IsAsciiDigit(text[at]) ? text[at] - (uint)'0' : (text[at] | 0x20u) - 'a' + 10;
            if (digit >= radix)
                break;
            number = unchecked(number * radix + digit);
        }

        int unit = at < text.Length ? "KMGTPE".IndexOf(char.ToUpperInvariant(text[at]), StringComparison.Ordinal) : -1;
        return unit >= 0 ? number << (10 * (unit + 1)) : number;
    }
}
