using System.Globalization;

namespace Orleans.Mmu.Audit.Rules;

/// <summary>Sums of bytes in messages.</summary>
internal static class ByteWords
{
    private const string Units = "KMG";

    /// <summary>"1600K", "2M": the largest unit of which the bytes are a whole number.</summary>
    /// <param name="bytes">A multiple of 1024, since memory is mapped in pages.</param>
    public static string Of(ulong bytes)
    {
        int unit = 0;
        ulong count = bytes >> 10;
        while (unit < Units.Length - 1 && count > 0 && (count & 1023) == 0)
            (count, unit) = (count >> 10, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{count}{Units[unit]}");
    }
}
