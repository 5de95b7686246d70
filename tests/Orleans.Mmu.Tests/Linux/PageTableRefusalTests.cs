using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Tests.Arm;
using static Orleans.Mmu.Tests.Linux.WrittenMap;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// What __create_pgd_mapping() does where it meets live entries or has no page: it stops the kernel, or leaves them.
/// </summary>
public class PageTableRefusalTests
{
    [Fact]
    public void Without_a_page_for_a_table_the_kernel_stops()
    {
        var map = new TestMap(Geometries.Of("4K", 48));

        var panic = Assert.Throws<KernelPanicException>(() =>
            Writer(map, "6.18", 2)
                .Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x1000, default, MappingFlags.None));

        Assert.Equal("Failed to allocate page table page", panic.Message);
    }

    [Fact]
    public void A_live_block_where_a_table_is_needed_stops_it_too()
    {
        var map = Map("6.18", 0x20_0000, MappingFlags.None);

        var panic = Assert.Throws<KernelPanicException>(() =>
            Writer(map, "6.18").Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x1000,
                LeafAttributes.Data(map.Geometry, 0, true), MappingFlags.None));

        Assert.Contains("a live block of level 2", panic.Message, StringComparison.Ordinal);
    }

    // Two ranges that share a page: BUG_ON(!pgattr_change_is_safe()) of init_pte(). Before 7.2 it fails for every live
    // contiguous entry, later where the contiguous bit changes.
    [Theory]
    [InlineData("6.18", 0x1_f800UL, 0x1_f900UL, false)]
    [InlineData("6.18", 0x0UL, 0x800UL, false)]
    [InlineData("7.1", 0x1_f800UL, 0x1_f900UL, false)]
    [InlineData("7.2", 0x1_f800UL, 0x1_f900UL, false)]
    [InlineData("7.3", 0x1_f800UL, 0x1_f900UL, false)]
    [InlineData("7.3", 0x0UL, 0x800UL, true)]
    [InlineData("6.18", 0x1_3800UL, 0x1_3900UL, false, MappingFlags.NoContiguous)]
    public void A_live_page_whose_contiguous_bit_would_change_stops_it_as_well(
        string version, ulong end, ulong next, bool boots, MappingFlags flags = MappingFlags.None)
    {
        var map = new TestMap(Geometries.Of("4K", 48));
        var attributes = LeafAttributes.Data(map.Geometry, 0, false);
        var writer = Writer(map, version);
        // A plain page before the group, or the group itself; then the group from its first page, or its last one.
        ulong first = end == 0 ? 0x7000UL : 0;
        ulong length = end == 0 ? 0x1000UL : end;
        writer.Map(new(0x4000_0000 + first), map.Geometry.UpperHalfStart + first, length, attributes, flags);

        var panic = Record.Exception(() => writer.Map(
            new(0x4000_0000 + next), map.Geometry.UpperHalfStart + next, 0x4_0000 - next, attributes, flags));

        if (boots || flags == MappingFlags.NoContiguous)
            Assert.Null(panic);
        else
            Assert.StartsWith("BUG: pgattr_change_is_safe() forbids writing",
                Assert.IsType<KernelPanicException>(panic).Message, StringComparison.Ordinal);
    }

    // pmd_set_huge() refuses to write a live contiguous block; before 7.2 BUG_ON() fails for the one that stays.
    [Theory]
    [InlineData("6.18", false)]
    [InlineData("7.2", true)]
    public void A_contiguous_block_that_is_written_again_stops_it_before_7_2(string version, bool boots)
    {
        var map = Map(version, 0x200_0000, MappingFlags.None);
        Assert.True(Assert.Single(Leaves(map)).First.Contiguous);

        var panic = Record.Exception(() => Writer(map, version).Map(new(0x4000_0000), map.Geometry.UpperHalfStart,
            0x200_0000, LeafAttributes.Data(map.Geometry, 0, false), MappingFlags.None));

        Assert.Equal(boots, panic is null);
        Assert.True(boots || panic is KernelPanicException);
    }

    [Theory]
    [InlineData("6.18", false)]
    [InlineData("7.1", false)]
    [InlineData("7.2", true)]
    [InlineData("7.3", true)]
    public void A_block_over_a_table_is_refused_without_a_word_and_since_7_2_descended_into(
        string version, bool readOnly)
    {
        var map = Map(version, 0x20_0000, MappingFlags.NoBlocks | MappingFlags.NoContiguous);

        Writer(map, version).Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x20_0000,
            LeafAttributes.Data(map.Geometry, 0, true), MappingFlags.NoContiguous);

        var run = Assert.Single(Leaves(map));
        Assert.Equal(
            (Level.L3, 512L, readOnly), (run.Level, run.Count, run.First.Attributes(map.Geometry, Level.L3).ReadOnly));
    }

    [Fact]
    public void Since_7_2_a_group_with_a_plain_leaf_in_it_does_not_become_contiguous()
    {
        const string version = "7.2";
        var map = new TestMap(Geometries.Of("4K", 48));
        var attributes = LeafAttributes.Data(map.Geometry, 0, false);
        Writer(map, version)
            .Map(new(0x4000_3000), map.Geometry.UpperHalfStart + 0x3000, 0x1000, attributes, MappingFlags.None);

        Writer(map, version)
            .Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x2_0000, attributes, MappingFlags.None);

        Assert.Equal([false, true], Leaves(map).Select(l => l.First.Contiguous));
    }
}
