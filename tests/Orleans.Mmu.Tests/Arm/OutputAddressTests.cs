using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Where each descriptor layout keeps the bits of an output address.</summary>
public class OutputAddressTests
{
    [Theory]
    [InlineData("4K", 39, OutputAddressFormat.Oa48, 48)]
    [InlineData("4K", 48, OutputAddressFormat.Oa48, 48)]
    [InlineData("16K", 36, OutputAddressFormat.Oa48, 48)]
    [InlineData("16K", 47, OutputAddressFormat.Oa48, 48)]
    [InlineData("16K", 48, OutputAddressFormat.Oa48, 48)]
    [InlineData("64K", 42, OutputAddressFormat.Oa48, 48)]
    [InlineData("64K", 48, OutputAddressFormat.Oa48, 48)]
    [InlineData("64K", 52, OutputAddressFormat.Lpa, 52)]
    [InlineData("4K", 52, OutputAddressFormat.Lpa2, 52)]
    [InlineData("16K", 52, OutputAddressFormat.Lpa2, 52)]
    public void Granule_and_VA_size_decide_the_layout(
        string granule, int vaBits, OutputAddressFormat format, int paBits)
    {
        var geometry = Geometries.Of(granule, vaBits);

        Assert.Equal(format, geometry.Format);
        Assert.Equal(paBits, geometry.PaBits);
    }

    [Theory]
    [InlineData("4K", 48, 0x0000_8000_0000_1000, 0x0000_8000_0000_1000)]
    [InlineData("64K", 48, 0x0000_8000_0001_0000, 0x0000_8000_0001_0000)]
    // FEAT_LPA: OA[51:48] in bits [15:12].
    [InlineData("64K", 52, 0x0001_0000_0000_0000, 0x0000_0000_0000_1000)]
    [InlineData("64K", 52, 0x0008_0000_0000_0000, 0x0000_0000_0000_8000)]
    [InlineData("64K", 52, 0x000f_ffff_ffff_0000, 0x0000_ffff_ffff_f000)]
    // FEAT_LPA2: OA[49:48] in place, OA[51:50] in bits [9:8].
    [InlineData("4K", 52, 0x0001_0000_0000_0000, 0x0001_0000_0000_0000)]
    [InlineData("4K", 52, 0x0002_0000_0000_0000, 0x0002_0000_0000_0000)]
    [InlineData("4K", 52, 0x0004_0000_0000_0000, 0x0000_0000_0000_0100)]
    [InlineData("4K", 52, 0x0008_0000_0000_0000, 0x0000_0000_0000_0200)]
    [InlineData("16K", 52, 0x000f_ffff_ffff_c000, 0x0003_ffff_ffff_c300)]
    public void High_address_bits_lie_where_the_layout_puts_them(string granule, int vaBits, ulong pa, ulong bits)
    {
        var geometry = Geometries.Of(granule, vaBits);

        Assert.Equal(bits, geometry.Encode(new(pa)));
        Assert.Equal(pa, geometry.Decode(bits).Value);
    }

    [Fact]
    public void Decode_undoes_encode() =>
        Geometries.AnyLeafLevel.ForAll((geometry, level, word) =>
        {
            var pa = Geometries.Output(geometry, level, word);

            Assert.Equal(pa, geometry.Decode(geometry.Encode(pa)));
        });

    [Fact]
    public void An_encoded_address_stays_within_the_address_bits_of_its_level() =>
        Geometries.AnyLeafLevel.ForAll((geometry, level, word) =>
        {
            ulong address = geometry.AddressBits(level);

            Assert.Equal(0UL, geometry.Encode(Geometries.Output(geometry, level, word)) & ~address);
            // And every address bit is used: all ones come back as all ones.
            ulong all = geometry.Encode(Geometries.Output(geometry, level, ulong.MaxValue));
            Assert.Equal(address, all);
        });

    [Fact]
    public void Address_bits_spare_type_access_flag_and_everything_from_bit_50()
    {
        foreach (var geometry in Geometries.All)
        {
            foreach (var level in Geometries.Levels(geometry))
                Assert.Equal(0UL, geometry.AddressBits(level) & (0xfffc_0000_0000_0c03 | 0xfcUL));
        }
    }

    [Theory]
    [InlineData("4K", 48, 0x0001_0000_0000_0000)]
    [InlineData("4K", 52, 0x0010_0000_0000_0000)]
    [InlineData("64K", 52, 0x0010_0000_0000_0000)]
    [InlineData("4K", 48, 0x800)]
    [InlineData("16K", 47, 0x1000)]
    [InlineData("64K", 52, 0x1000)]
    public void An_address_that_the_layout_cannot_hold_is_refused(string granule, int vaBits, ulong pa) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Geometries.Of(granule, vaBits).Encode(new(pa)));
}
