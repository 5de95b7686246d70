using System.Globalization;
using CsCheck;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Viewer.Counterexamples;

namespace Orleans.Mmu.Tests.Viewer;

/// <summary>The bits in which two descriptors differ.</summary>
public sealed class BitDifferenceTests
{
    private static readonly Gen<(Descriptor, Descriptor)> Pairs =
        Gen.Select(Gen.ULong, Gen.ULong, (a, b) => (new Descriptor(a), new Descriptor(a ^ (a & b))));

    [Fact]
    public void Positions_name_exactly_the_bits_that_differ() => Pairs.ForAll((a, b) =>
    {
        ulong named = 0;
        string words = BitDifference.Positions(a, b);
        Assert.Equal(a == b, words == "nowhere");
        string ranges = words.Replace("bits ", "", StringComparison.Ordinal)
            .Replace("bit ", "", StringComparison.Ordinal).Replace(" alone", "", StringComparison.Ordinal);
        foreach (string range in words == "nowhere" ? [] : ranges.Split(", "))
        {
            int[] ends = [.. range.Split("..").Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
            for (int bit = ends[^1]; bit <= ends[0]; bit++)
                named |= 1UL << bit;
        }

        Assert.Equal(a.Bits ^ b.Bits, named);
    });

    [Theory]
    [InlineData(0, 0, "nowhere")]
    [InlineData(0, 2, "bit 1 alone")]
    [InlineData(0, 12, "bits 3..2")]
    [InlineData(1, 12, "bits 3..2, 0")]
    public void A_position_is_no_count(ulong a, ulong b, string words) =>
        Assert.Equal(words, BitDifference.Positions(new(a), new(b)));

    [Fact]
    public void Nibbles_are_the_descriptor_and_mark_what_differs() => Pairs.ForAll((a, b) =>
    {
        var runs = BitDifference.Nibbles(a, b).SelectMany(n => n).ToList();
        string bits = string.Concat(runs.Select(r => r.Bits));
        string marks = string.Concat(runs.Select(r => new string(r.Differs ? '1' : '0', r.Bits.Length)));

        Assert.Equal(a.Bits, Convert.ToUInt64(bits, 2));
        Assert.Equal(a.Bits ^ b.Bits, Convert.ToUInt64(marks, 2));
    });
}
