using System.Globalization;

namespace Orleans.Mmu.Inputs;

/// <summary>A number of bytes in words of people: "512 KiB", "1.5 GiB".</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>The size in the largest unit of which there is at least one, with at most one decimal.</summary>
    public static string Of(double bytes)
    {
        int unit = 0;
        while (bytes >= 1024 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} {Units[unit]}");
    }
}
