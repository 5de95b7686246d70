using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Tables from dumped pages, and every way in which a dump can be wrong.</summary>
public class DumpedTablesTests
{
    [Fact]
    public void Leaves_of_a_dump_are_where_their_words_lie()
    {
        var tables = Decode(DumpBytes.Small());

        var leaves = LeafEnumeration.Leaves(tables.Geometry, tables.Roots[0], tables.Geometry.UpperHalfStart)
            .Select(r => (r.Start.Value, r.Level.Number, r.First.OutputAddress(tables.Geometry, r.Level).Value));

        Assert.Equal([(0xffff_0000_0000_0000, 2, 0x4000_0000), (0xffff_0000_0020_2000, 3, 0x4020_2000),
            (0xffff_0000_4000_0000, 1, 0x8000_0000UL)], leaves);
    }

    [Fact]
    public void A_page_of_consecutive_leaves_is_a_run()
    {
        var dump = DumpBytes.Small();
        for (int i = 0; i < 512; i++)
            dump.Word(0x4000_3000, i, 0x00e8_0000_4020_0707 + (ulong)i * 4096);

        Assert.Single(LeafEnumeration.Tables(Decode(dump).Roots[0]).OfType<SequenceTable>());
        dump.Word(0x4000_3000, 300, 0);
        Assert.Empty(LeafEnumeration.Tables(Decode(dump).Roots[0]).OfType<SequenceTable>());
    }

    [Fact]
    public void A_root_that_does_not_fill_its_page_may_lie_anywhere_in_it()
    {
        // 16K pages, 48 bits: the root has two entries.
        var dump = new DumpBytes(16384).Word(0x4000_0000, 4, 0x4000_4000 | 3).Page(0x4000_4000)
            .Word(0x4000_4000, 0, 0x4000_8000 | 3)
            .Word(0x4000_8000, 0, 0x00e8_0000_4000_0705);
        var regime = Regime("cpu0 TTBR1_EL1 = 0x40000020\ncpu0 TCR_EL1 = 0x0000000575500010\n");

        var tables = DumpedTables.Decode(TableDump.Read(new MemoryStream(dump.ToArray())), regime);

        Assert.Equal(new PhysicalAddress(0x4000_0020), regime.Ttbr.RootAddress);
        Assert.Equal(3, LeafEnumeration.Tables(tables.Roots[0]).Count());
    }

    [Fact]
    public void A_table_that_leads_to_itself_is_refused() =>
        Refused(DumpBytes.Small().Table(DumpBytes.Root, 511, DumpBytes.Root),
            "entry 511 of the level 0 table at 0x40000000 leads to 0x40000000: expected each table page to be "
            + "reached once");

    [Fact]
    public void A_table_that_leads_back_up_is_refused() =>
        Refused(DumpBytes.Small().Table(0x4000_2000, 9, 0x4000_1000),
            "entry 9 of the level 2 table at 0x40002000 leads to 0x40001000: expected each table page");

    [Fact]
    public void A_table_that_two_levels_share_is_refused() =>
        Refused(DumpBytes.Small().Table(0x4000_1000, 5, 0x4000_3000),
            "entry 5 of the level 1 table at 0x40001000 leads to 0x40003000: expected each table page");

    [Fact]
    public void Four_pages_that_expand_to_billions_of_leaves_are_refused_at_once()
    {
        var dump = new DumpBytes(4096);
        for (int i = 0; i < 512; i++)
        {
            dump.Table(0x4000_0000, i, 0x4000_1000).Table(0x4000_1000, i, 0x4000_2000)
                .Table(0x4000_2000, i, 0x4000_3000)
                .Word(0x4000_3000, i, 0x00e8_0000_4000_0707 + (ulong)(i % 2) * 4096);
        }

        Refused(dump, "expected each table page to be reached once");
    }

    [Fact]
    public void A_page_that_is_missing_is_named() =>
        Refused(DumpBytes.Small().Word(0x4000_1000, 7, 0x5000_0003),
            "entry 7 of the level 1 table at 0x40001000 leads to 0x50000000: expected that page in the dump, found "
            + "none");

    [Fact]
    public void A_root_that_is_missing_is_named() =>
        Refused(new DumpBytes(4096).Page(0x9000_0000),
            "TTBR1_EL1 leads to 0x40000000: expected that page in the dump, found none");

    [Fact]
    public void Pages_of_another_size_than_the_granule_are_refused() =>
        Refused(new DumpBytes(16384).Page(DumpBytes.Root),
            "expected pages of 4096 bytes, as TCR_EL1.TG1 says, found pages of 16384");

    [Theory]
    [InlineData("", "expected 16 bytes for its header, found 0: the dump is cut short")]
    [InlineData("41363454424c30320010000000000000", "expected a dump of tables that begins with A64TBL01, found the "
        + "bytes 41363454424c3032")]
    [InlineData("41363454424c30310020000000000000", "expected pages of 4096, 16384 or 65536 bytes, found 8192")]
    [InlineData("41363454424c303100100000ffffffff", "expected a dump of at most 1073741824 bytes, found 4294967295 "
        + "pages of 4096")]
    [InlineData("41363454424c30310010000002000000", "expected 16 bytes for its list of addresses, found 0: the dump "
        + "is cut short")]
    [InlineData("41363454424c303100100000010000000000004000000000", "expected 4096 bytes for the page at 0x40000000, "
        + "found 0: the dump is cut short")]
    [InlineData("41363454424c303100100000010000000008004000000000", "expected page 0 at a multiple of 4096 below "
        + "2^52, found 0x40000800")]
    [InlineData("41363454424c3031001000000100000000000000000000f0", "expected page 0 at a multiple of 4096 below "
        + "2^52, found 0xf000000000000000")]
    [InlineData("41363454424c3031001000000200000000000040000000000000004000000000", "expected ascending addresses, "
        + "found page 1 at 0x40000000 after 0x40000000")]
    [InlineData("41363454424c3031001000000000000000", "expected 0 pages, found more bytes after the last")]
    public void Bytes_that_are_no_dump(string hex, string message)
    {
        var failure = Assert.Throws<DumpException>(() => TableDump.Read(new MemoryStream(Convert.FromHexString(hex))));
        Assert.Equal(message, failure.Message);
    }

    [Theory]
    [InlineData("cpu0 TCR_EL1 = 0x005001f5b5503510", null, "expected a line \"cpu0 TTBR1_EL1 = 0x…\", found none")]
    [InlineData("cpu0 TTBR1_EL1 = 0x40000000", null, "expected a line \"cpu0 TCR_EL1 = 0x…\", found none")]
    [InlineData("", null, "expected a line \"cpu0 TTBR1_EL1 = 0x…\", found none")]
    [InlineData("# a comment\ncpu0 TTBR1_EL1 0x40000000", 2, "expected a register such as \"cpu0 TCR_EL1 = "
        + "0x5001f5b5503510\", found \"cpu0 TTBR1_EL1 0x40000000\"")]
    [InlineData("cpu0 TTBR1_EL1 = 40000000", 1, "expected a register such as \"cpu0 TCR_EL1 = 0x5001f5b5503510\", "
        + "found \"cpu0 TTBR1_EL1 = 40000000\"")]
    [InlineData("cpuX TTBR1_EL1 = 0x40000000", 1, "expected a register such as \"cpu0 TCR_EL1 = 0x5001f5b5503510\", "
        + "found \"cpuX TTBR1_EL1 = 0x40000000\"")]
    [InlineData("cpu0 pc = 0x1\ncpu0 pc = 0x1", 2, "expected each register once, found cpu0 pc again")]
    [InlineData("cpu0 TTBR1_EL1 = 0x40000800\ncpu0 TCR_EL1 = 0x005001f5b5503510", 1, "TTBR1_EL1: expected a table of "
        + "4096 bytes at a multiple of its size, found 0x40000800")]
    [InlineData("cpu0 TTBR1_EL1 = 0x0\ncpu0 TCR_EL1 = 0x005001f535503510", 2, "TCR_EL1.TG1: expected 1 (16K), 2 (4K) "
        + "or 3 (64K), found 0")]
    [InlineData("cpu0 TTBR1_EL1 = 0x0\ncpu0 TCR_EL1 = 0x005001f5b5543510", 2, "TCR_EL1.T1SZ: expected one of 25, 16, "
        + "12 with 4K pages, found 20")]
    [InlineData("cpu0 TTBR1_EL1 = 0x0\ncpu0 TCR_EL1 = 0x005001f5b57f3510", 2, "TCR_EL1.T1SZ: expected one of 25, 16, "
        + "12 with 4K pages, found 63")]
    [InlineData("cpu0 TTBR1_EL1 = 0x0\ncpu0 TCR_EL1 = 0x005001f5b54c3510", 2, "TCR_EL1.DS: expected 1 for a 52-bit "
        + "VA with 4K pages (FEAT_LPA2), found 0")]
    [InlineData("cpu0 TTBR1_EL1 = 0x0\ncpu0 TCR_EL1 = 0x005001f7b5503510", 2, "TCR_EL1.IPS: expected 0 to 6, found 7")]
    [InlineData("cpu0 TTBR1_EL1 = 0x0\ncpu0 TCR_EL1 = 0x005001f5b5d03510", 2, "TCR_EL1.EPD1: expected 0, found 1: "
        + "nothing is translated through TTBR1_EL1")]
    public void Registers_that_fit_nothing(string text, int? line, string message)
    {
        var failure = Assert.Throws<DumpException>(() => Regime(text));
        Assert.Equal((line, message), (failure.Line, failure.Message));
    }

    [Theory]
    [InlineData(0x005001f5b5503510, 0x0002000040000001, "4K", 48, OutputAddressFormat.Oa48, 0x4000_0000)]
    [InlineData(0x095001f6b54c350c, 0x0002000040000005, "4K", 52, OutputAddressFormat.Lpa2, 0x1_0000_4000_0000)]
    [InlineData(0x095001f6b550350c, 0x0002000040000001, "4K", 48, OutputAddressFormat.Lpa2, 0x4000_0000)]
    [InlineData(0x005001f6f5503510, 0x000200004000002d, "64K", 48, OutputAddressFormat.Lpa, 0xb_0000_4000_0000)]
    [InlineData(0x005001f5f54c3510, 0x0002000040000001, "64K", 52, OutputAddressFormat.Oa48, 0x4000_0000)]
    [InlineData(0x005001f57551b511, 0x0002000040000001, "16K", 47, OutputAddressFormat.Oa48, 0x4000_0000)]
    public void Registers_give_geometry_and_root(
        ulong tcr, ulong ttbr, string granule, int vaBits, OutputAddressFormat format, ulong root)
    {
        var regime = Regime(string.Create(
            CultureInfo.InvariantCulture, $"cpu3 TTBR1_EL1 = 0x{ttbr:x}\r\ncpu3 TCR_EL1 = 0x{tcr:x}\r\n"));

        Assert.Equal(
            (granule, vaBits, format), (regime.Geometry.Granule.Name, regime.Geometry.VaBits, regime.Geometry.Format));
        Assert.Equal(new Ttbr(new(root), 2, true), regime.Ttbr);
    }

    [Fact]
    public void An_output_size_that_the_cpu_lacks_does_not_count() =>
        Assert.Equal(OutputAddressFormat.Oa48, Regime(
            "cpu0 TTBR1_EL1 = 0x0\ncpu0 TCR_EL1 = 0x005001f6f5503510\ncpu0 ID_AA64MMFR0_EL1 = 0x5").Geometry.Format);

    private static UpperRegime Regime(string text) => UpperRegime.Of(RegisterFile.Parse(text));

    private static TableSnapshot Decode(DumpBytes dump) =>
        DumpedTables.Decode(TableDump.Read(new MemoryStream(dump.ToArray())), Regime(DumpBytes.Registers));

    private static void Refused(DumpBytes dump, string message) =>
        Assert.Contains(message, Assert.Throws<DumpException>(() => Decode(dump)).Message, StringComparison.Ordinal);
}
