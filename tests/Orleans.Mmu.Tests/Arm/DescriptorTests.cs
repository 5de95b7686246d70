using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>What a 64-bit word means at the level it is read at, and that nothing of it is lost.</summary>
public class DescriptorTests
{
    [Fact]
    public void Type_bits_and_level_give_the_kind()
    {
        foreach (var geometry in Geometries.All)
        {
            foreach (var level in Geometries.Levels(geometry))
            {
                var three = level == Level.L3 ? DescriptorKind.Page : DescriptorKind.Table;
                var one = geometry.AllowsBlock(level) ? DescriptorKind.Block : DescriptorKind.Reserved;

                Assert.Equal(DescriptorKind.Invalid, new Descriptor(0).Kind(geometry, level));
                Assert.Equal(one, new Descriptor(1).Kind(geometry, level));
                // Bit 1 without bit 0: Linux keeps the address of an unmapped page so.
                Assert.Equal(DescriptorKind.Invalid, new Descriptor(2).Kind(geometry, level));
                Assert.Equal(three, new Descriptor(3).Kind(geometry, level));
            }
        }
    }

    [Theory]
    [InlineData("4K", 48, 3)]
    [InlineData("4K", 48, 0)]
    [InlineData("4K", 52, -1)]
    [InlineData("16K", 47, 1)]
    [InlineData("64K", 48, 1)]
    public void A_block_where_none_exists_is_reserved(string granule, int vaBits, int level) =>
        Assert.Equal(
            DescriptorKind.Reserved, new Descriptor(0x401).Kind(Geometries.Of(granule, vaBits), Level.Of(level)));

    [Fact]
    public void A_leaf_gives_back_what_it_was_made_of() =>
        Gen.Select(Geometries.AnyLeafLevel, Gen.ULong, Gen.Bool).ForAll((at, attributeBits, contiguous) =>
        {
            var (geometry, level, word) = at;
            var pa = Geometries.Output(geometry, level, word);
            var attributes = new Descriptor(attributeBits).Attributes(geometry, level);

            var leaf = Descriptor.Leaf(geometry, level, pa, attributes, contiguous);

            Assert.Equal(level.IsLast ? DescriptorKind.Page : DescriptorKind.Block, leaf.Kind(geometry, level));
            Assert.Equal(pa, leaf.OutputAddress(geometry, level));
            Assert.Equal(attributes, leaf.Attributes(geometry, level));
            Assert.Equal(contiguous, leaf.Contiguous);
        });

    [Fact]
    public void Any_word_is_its_type_address_attributes_and_contiguous_bit() =>
        Geometries.AnyLeafLevel.ForAll((geometry, level, word) =>
        {
            var descriptor = new Descriptor(word);
            ulong sum = (word & 3) | geometry.Encode(descriptor.OutputAddress(geometry, level))
                | descriptor.Attributes(geometry, level).Bits | (descriptor.Contiguous ? 1UL << 52 : 0);

            Assert.Equal(word, sum);
        });

    [Fact]
    public void New_attributes_leave_address_type_and_contiguous_bit() =>
        Gen.Select(Geometries.AnyLeafLevel, Gen.ULong).ForAll((at, other) =>
        {
            var (geometry, level, word) = at;
            var attributes = new Descriptor(other).Attributes(geometry, level);
            var before = new Descriptor(word);

            var after = before.WithAttributes(geometry, level, attributes);

            Assert.Equal(attributes, after.Attributes(geometry, level));
            Assert.Equal(before, after.WithAttributes(geometry, level, before.Attributes(geometry, level)));
            Assert.Equal(before.OutputAddress(geometry, level), after.OutputAddress(geometry, level));
            Assert.Equal(before.Contiguous, after.Contiguous);
        });

    [Theory]
    [InlineData("4K", 48, 2, 0x1000)]
    [InlineData("4K", 48, 0, 0x0)]
    [InlineData("16K", 47, 2, 0x20_0000)]
    [InlineData("64K", 48, 1, 0x0)]
    public void A_leaf_must_be_aligned_and_at_a_level_with_leaves(string granule, int vaBits, int level, ulong pa)
    {
        var geometry = Geometries.Of(granule, vaBits);

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Descriptor.Leaf(geometry, Level.Of(level), new(pa), LeafAttributes.Data(geometry, 0, false), false));
    }

    [Fact]
    public void A_table_descriptor_keeps_its_address_beside_its_attributes() =>
        Geometries.AnyLeafLevel.ForAll((geometry, _, word) =>
        {
            var table = Geometries.Output(geometry, Level.L3, word);

            var descriptor = Descriptor.Table(geometry, table, Descriptor.PxnTableBit | Descriptor.UxnTableBit);

            Assert.Equal(table, descriptor.NextTable(geometry));
            Assert.Equal(3UL, descriptor.Bits & 3);
            Assert.Equal(3UL << 59, descriptor.Bits & 3UL << 59);
        });

    // Two words from a kernel oops (7.0): a table with PXNTable and UXNTable, and an unmapped block that kept its
    // address.
    [Fact]
    public void Words_from_a_kernel_log_decode()
    {
        var geometry = Geometries.Of("4K", 48);
        var table = new Descriptor(0x1800_0000_9fff_f403);
        var unmapped = new Descriptor(0x00e8_0001_9960_0704);

        Assert.Equal(DescriptorKind.Table, table.Kind(geometry, Level.L0));
        Assert.Equal(new PhysicalAddress(0x9fff_f000), table.NextTable(geometry));
        Assert.Equal(DescriptorKind.Invalid, unmapped.Kind(geometry, Level.L2));
        Assert.False(unmapped.IsNone);
        Assert.Equal(new PhysicalAddress(0x1_9960_0000), unmapped.OutputAddress(geometry, Level.L2));
        var attributes = unmapped.Attributes(geometry, Level.L2);
        Assert.Equal(1, attributes.AttrIndex);
        Assert.True(attributes.DirtyBitModifier && attributes.AccessFlag);
        Assert.True(attributes.PrivilegedExecuteNever && attributes.UnprivilegedExecuteNever);
        Assert.False(attributes.NotGlobal || attributes.ReadOnly);
    }
}
