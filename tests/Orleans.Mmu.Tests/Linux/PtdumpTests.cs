using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The text of kernel_page_tables: its columns and its rows.</summary>
public class PtdumpTests
{
    private static readonly KernelVersion Newest = KernelVersion.Newest;

    // Rows as a 12 GiB virtual machine's kernel printed them (4K pages, 48-bit VA).
    [Theory]
    [InlineData("0xffff000000000000-0xffff000000200000           2M PMD       RW NX SHD AF        BLK UXN    "
        + "MEM/NORMAL-TAGGED", 2, 0, 1, false, false)]
    [InlineData("0xffff000000200000-0xffff000000210000          64K PTE       RW NX SHD AF    CON     UXN    "
        + "MEM/NORMAL-TAGGED", 3, 0x20_0000, 16, false, true)]
    [InlineData("0xffff000004000000-0xffff000040000000         960M PMD       RW NX SHD AF    CON BLK UXN    "
        + "MEM/NORMAL-TAGGED", 2, 0x400_0000, 480, false, true)]
    [InlineData("0xffff000142128000-0xffff000142159000         196K PTE       ro NX SHD AF            UXN    "
        + "MEM/NORMAL-TAGGED", 3, 0x1_4212_8000, 49, true, false)]
    [InlineData("0xffff000040000000-0xffff000140000000           4G PUD       RW NX SHD AF        BLK UXN    "
        + "MEM/NORMAL-TAGGED", 1, 0x4000_0000, 4, false, false)]
    public void Rows_are_a_real_kernels_character_for_character(
        string row, int level, ulong offset, int count, bool readOnly, bool contiguous)
    {
        var geometry = TranslationGeometry.Create(Granule.K4, 48);
        var map = new HandMadeMap(geometry).Leaves(
            Level.Of(level), offset, count, LeafAttributes.Data(geometry, 1, readOnly), contiguous);

        Assert.Contains(row, PtdumpText.Lines(map.Build(), Newest));
    }

    [Fact]
    public void Holes_have_a_size_and_a_level_alone()
    {
        var geometry = TranslationGeometry.Create(Granule.K4, 48);
        var map = new HandMadeMap(geometry).Leaves(Level.L1, 0, 12, LeafAttributes.Data(geometry, 1, false), false)
            .Build();

        Assert.Equal(
        [
            "---[ Linear Mapping start ]---",
            "0xffff000000000000-0xffff000300000000          12G PUD       RW NX SHD AF        BLK UXN    "
            + "MEM/NORMAL-TAGGED",
            "0xffff000300000000-0xffff008000000000         500G PUD",
            "0xffff008000000000-0xffff800000000000      130560G PGD",
            "---[ Linear Mapping end ]---",
        ], PtdumpText.Lines(map, Newest));
    }

    [Theory]
    [InlineData("6.12", "0xffff000000000000-0xffff000000200000           2M PMD F     RW NX SHD AF NG     BLK UXN    "
        + "MEM/NORMAL-TAGGED")]
    [InlineData("6.15", "0xffff000000000000-0xffff000000200000           2M PMD F     RW NX SHD AF NG         UXN    "
        + "MEM/NORMAL-TAGGED")]
    public void A_present_invalid_block_is_BLK_only_for_older_kernels(string version, string row)
    {
        var geometry = TranslationGeometry.Create(Granule.K4, 48);
        var leaf = KernelAttributes.PresentInvalid(
            Descriptor.Leaf(geometry, Level.L2, new(0x4000_0000), LeafAttributes.Data(geometry, 1, false), false));

        Assert.Contains(row,
            PtdumpText.Lines(new HandMadeMap(geometry).Word(Level.L2, 0, leaf).Build(), KernelVersion.Parse(version)));
    }

    [Fact]
    public void A_block_that_is_neither_valid_nor_marked_seems_to_belong_to_the_row_before_it()
    {
        var geometry = TranslationGeometry.Create(Granule.K4, 48);
        var attributes = LeafAttributes.Data(geometry, 1, false);
        var unmarked =
            new Descriptor(Descriptor.Leaf(geometry, Level.L2, new(0x4020_0000), attributes, false).Bits & ~1UL);
        var map = new HandMadeMap(geometry).Leaves(Level.L2, 0, 1, attributes, false)
            .Word(Level.L2, 0x20_0000, unmarked).Build();

        Assert.Contains(
            "0xffff000000000000-0xffff000000400000           4M PMD       RW NX SHD AF        BLK UXN    "
            + "MEM/NORMAL-TAGGED", PtdumpText.Lines(map, Newest));
    }

    // OA[51:50] lie where the shareability is without FEAT_LPA2: the test of both bits meets an address.
    [Theory]
    [InlineData(0UL, "   ")]
    [InlineData(1UL << 50, "   ")]
    [InlineData(3UL << 50, "SHD")]
    public void With_LPA2_SHD_tells_of_the_address(ulong pa, string shared)
    {
        var geometry = TranslationGeometry.Create(Granule.K4, 52);
        var leaf = Descriptor.Leaf(geometry, Level.L1, new(pa), LeafAttributes.Data(geometry, 0, false), false);

        Assert.Contains(
            $"0xfff0000000000000-0xfff0000040000000           1G PUD       RW NX {shared} AF        BLK UXN    "
            + $"MEM/NORMAL",
            PtdumpText.Lines(new HandMadeMap(geometry).Word(Level.L1, 0, leaf).Build(), Newest));
    }

    [Theory]
    [InlineData("4K", 39, "PGD", "PGD")]
    [InlineData("64K", 42, "PMD", "PGD")]
    [InlineData("64K", 48, "PMD", "PMD")]
    [InlineData("16K", 36, "PMD", "PGD")]
    public void The_top_level_is_called_PGD(string granuleName, int vaBits, string leaf, string hole)
    {
        Assert.True(Granule.TryParse(granuleName, out var granule));
        var geometry = TranslationGeometry.Create(granule, vaBits);
        var level = granule == Granule.K4 ? Level.L1 : Level.L2;

        var lines = PtdumpText.Lines(new HandMadeMap(geometry).Leaves(
            level, 0, 1, LeafAttributes.Data(geometry, 0, false), false).Build(), Newest).ToList();

        Assert.Equal(leaf, lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]);
        Assert.EndsWith(hole, lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_ends_where_a_marker_is_passed()
    {
        var geometry = TranslationGeometry.Create(Granule.K4, 48);
        var map = new HandMadeMap(geometry).Build() with { Range = MapRange.All };

        var lines = PtdumpText.Lines(map, Newest).ToList();

        // Each entry of the top level is 512 GiB, and a marker is announced at the first entry behind it.
        Assert.Equal(
        [
            "---[ Linear Mapping start ]---",
            "0xffff000000000000-0xffff800000000000         128T PGD",
            "---[ Linear Mapping end ]---",
            "---[ Modules start ]---",
            "0xffff800000000000-0xffff808000000000         512G PGD",
            "---[ Modules end ]---",
            "---[ vmalloc() area ]---",
            "0xffff808000000000-0xfffffe0000000000      128512G PGD",
            "---[ vmalloc() end ]---",
            "---[ vmemmap start ]---",
            "0xfffffe0000000000-0x0000000000000000           2T PGD",
        ], lines);
    }
}
