using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Descriptors;

namespace Orleans.Mmu.Viewer.Counterexamples;

/// <summary>The bits in which two descriptors differ.</summary>
internal static class BitDifference
{
    /// <summary>
    /// The positions of the differing bits, highest first: "bits 53, 15..12, 1", "bit 1 alone"; "nowhere" where the
    /// descriptors are equal.
    /// </summary>
    public static string Positions(Descriptor a, Descriptor b) => Ranges(a, b) switch
    {
        [] => "nowhere",
        [var one] when !one.Contains('.', StringComparison.Ordinal) => $"bit {one} alone",
        var ranges => $"bits {string.Join(", ", ranges)}",
    };

    private static List<string> Ranges(Descriptor a, Descriptor b)
    {
        ulong differs = a.Bits ^ b.Bits;
        var ranges = new List<string>();
        for (int high = 63; high >= 0; high--)
        {
            if ((differs >> high & 1) == 0)
                continue;
            int low = high;
            while (low > 0 && (differs >> (low - 1) & 1) != 0)
                low--;
            ranges.Add(high == low ? Number(high) : $"{Number(high)}..{Number(low)}");
            high = low;
        }

        return ranges;
    }

    /// <summary>
    /// A descriptor in groups of four bits, each cut where equal and differing bits meet; highest first.
    /// </summary>
    public static ImmutableArray<ImmutableArray<(string Bits, bool Differs)>> Nibbles(
        Descriptor value, Descriptor other)
    {
        var nibbles = ImmutableArray.CreateBuilder<ImmutableArray<(string, bool)>>(16);
        for (int high = 63; high > 0; high -= 4)
        {
            var runs = ImmutableArray.CreateBuilder<(string Bits, bool Differs)>();
            for (int bit = high; bit > high - 4; bit--)
            {
                bool differs = ((value.Bits ^ other.Bits) >> bit & 1) != 0;
                string digit = (value.Bits >> bit & 1) != 0 ? "1" : "0";
                if (runs.Count > 0 && runs[^1].Differs == differs)
                    runs[^1] = (runs[^1].Bits + digit, differs);
                else
                    runs.Add((digit, differs));
            }

            nibbles.Add(runs.ToImmutable());
        }

        return nibbles.MoveToImmutable();
    }

    private static string Number(int bit) => bit.ToString(CultureInfo.InvariantCulture);
}
