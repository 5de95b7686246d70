using System.Globalization;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>Sizes as ptdump prints them: exact, in the largest unit that divides them, from K on.</summary>
public static class PtdumpSize
{
    private const string Units = "KMGTPE";

    /// <summary>The number and the unit of a size in bytes, which is a multiple of 1024.</summary>
    public static (ulong Size, char Unit) Scale(ulong bytes)
    {
        ulong size = bytes >> 10;
        int unit = 0;
        for (; size % 1024 == 0 && size > 0 && unit < Units.Length - 1; unit++)
            size >>= 10;
        return (size, Units[unit]);
    }

    /// <summary>"64K", "1600K", "2M".</summary>
    public static string Of(ulong bytes)
    {
        var (size, unit) = Scale(bytes);
        return string.Create(CultureInfo.InvariantCulture, $"{size}{unit}");
    }

    /// <summary>The bytes of a size that <see cref="Of"/> writes; null for another word, or 2^64 and more.</summary>
    public static ulong? Parse(ReadOnlySpan<byte> word)
    {
        int unit = word.Length < 2 ? -1 : Units.IndexOf((char)word[^1], StringComparison.Ordinal);
        if (unit < 0)
            return null;
        ulong size = 0;
        foreach (byte digit in word[..^1])
        {
            if (digit is < (byte)'0' or > (byte)'9' || size >= 1UL << 54)
                return null;
            size = size * 10 + digit - '0';
        }

        int shift = 10 * (unit + 1);
        return size << shift >> shift == size ? size << shift : null;
    }
}
