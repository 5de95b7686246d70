using CsCheck;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>The attribute bits in their architectural places.</summary>
public class LeafAttributesTests
{
    [Fact]
    public void Each_setter_moves_its_own_bit_and_no_other()
    {
        var none = default(LeafAttributes);

        Assert.Equal(1UL << 7, none.WithReadOnly(true).Bits);
        Assert.Equal(1UL << 10, none.WithAccessFlag(true).Bits);
        Assert.Equal(1UL << 11, none.WithNotGlobal(true).Bits);
        Assert.Equal(1UL << 16, none.WithNoTranslation(true).Bits);
        Assert.Equal(1UL << 51, none.WithDirtyBitModifier(true).Bits);
        Assert.Equal(7UL << 2, none.With(7).Bits);
        for (int bit = 0; bit < 4; bit++)
            Assert.Equal(1UL << (55 + bit), none.WithSoftwareBit(bit, true).Bits);
    }

    [Fact]
    public void What_is_set_can_be_cleared() =>
        Gen.ULong.ForAll(word =>
        {
            var attributes = new Descriptor(word).Attributes(Geometries.All[0], Level.L3);

            Assert.Equal(attributes, attributes.WithReadOnly(!attributes.ReadOnly).WithReadOnly(attributes.ReadOnly));
            Assert.Equal(
                attributes, attributes.WithNotGlobal(!attributes.NotGlobal).WithNotGlobal(attributes.NotGlobal));
            Assert.Equal(attributes, attributes.With(attributes.AttrIndex ^ 5).With(attributes.AttrIndex));
            Assert.NotEqual(attributes, attributes.WithAccessFlag(!attributes.AccessFlag));
        });

    [Fact]
    public void Shareability_is_in_the_descriptor_except_with_LPA2()
    {
        foreach (var geometry in Geometries.All)
        {
            ulong shareability = LeafAttributes.Data(geometry, 0, false).Bits & 0x300;

            Assert.Equal(geometry.Format == OutputAddressFormat.Lpa2 ? 0UL : 0x300UL, shareability);
        }
    }

    [Fact]
    public void Data_is_accessed_and_never_executed()
    {
        var data = LeafAttributes.Data(Geometries.Of("4K", 48), 2, readOnly: true);

        Assert.Equal(0x0060_0000_0000_0788UL, data.Bits);
        Assert.True(data.AccessFlag && data.ReadOnly && data.PrivilegedExecuteNever && data.UnprivilegedExecuteNever);
    }
}
