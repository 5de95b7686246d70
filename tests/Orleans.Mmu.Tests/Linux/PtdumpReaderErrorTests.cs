using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Linux.Ptdump;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>
/// A text that is no ptdump of the linear map: one line with file, line, what was expected and what was found.
/// </summary>
public class PtdumpReaderErrorTests
{
    private const string Good = """
        ---[ Linear Mapping start ]---
        0xffff000000000000-0xffff000000200000           2M PMD       RW NX SHD AF        BLK UXN    MEM/NORMAL-TAGGED
        0xffff000000200000-0xffff000000400000           2M PTE       ro NX SHD AF            UXN    MEM/NORMAL
        0xffff000000400000-0xffff000040000000        1020M PMD
        0xffff000040000000-0xffff008000000000         511G PUD
        0xffff008000000000-0xffff800000000000      130560G PGD
        ---[ Linear Mapping end ]---
        """;

    private static readonly MachineDescription Machine = new TestMachine().Describe();

    [Theory]
    [InlineData(Good, "", "p:1: expected \"---[ Linear Mapping start ]---\", found none")]
    [InlineData("Linear Mapping start", "Linear mapping", "p:7: expected \"---[ Linear Mapping start ]---\", found "
        + "none")]
    [InlineData("---[ Linear Mapping end ]---", "", "p:6: expected \"---[ Linear Mapping end ]---\", found the end "
        + "of the text")]
    [InlineData("Linear Mapping end", "Modules start", "p:7: expected rows or \"Linear Mapping end\", found another "
        + "marker")]
    [InlineData("0xffff000000000000-0xffff000000200000           2M", "0xffff000000100000-0xffff000000200000 1M",
        "p:2: expected addresses from 0xffff000000000000 and "
        + "up to 0xffff800000000000 at most, found 0xffff000000100000-0xffff000000200000")]
    [InlineData("-0xffff800000000000      130560G", "-0xffff700000000000      114176G", "p:7: expected rows up to "
        + "0xffff800000000000 (PAGE_END of 4K pages, 48-bit VA), found the last to end at 0xffff700000000000")]
    [InlineData("1020M", "1021M", "p:4: expected 1020M, which the addresses span, found \"1021M\"")]
    [InlineData("0xffff000000000000-", "0xffff000000100000-",
        "p:2: expected 1M, which the addresses span, found \"2M\"")]
    [InlineData("511G PUD", "511G P4D", "p:5: expected a level of 4K pages, 48-bit VA that can hold nothing, found "
        + "P4D")]
    [InlineData("2M PMD  ", "2M PUD  ", "p:2: expected multiples of 1G, which a PUD entry spans, found "
        + "0xffff000000000000-0xffff000000200000")]
    [InlineData("2M PMD  ", "2M PGD  ", "p:2: expected a level of 4K pages, 48-bit VA that can hold a leaf, found PGD")]
    [InlineData("RW NX", "rw NX", "p:2: expected a field of arm64's ptdump, found \"rw\"")]
    [InlineData("ro NX", "NX", "p:3: expected ro or RW, found the end of the row")]
    [InlineData("ro NX", "ro", "p:3: expected NX or x, found the end of the row")]
    [InlineData("MEM/NORMAL-TAGGED", "MEM/NORMAL-TAGGED x", "p:2: expected each field once, found \"x\"")]
    [InlineData("        BLK", "",
        "p:2: expected BLK, because above level PTE only tables have none, found the end of the row")]
    [InlineData("AF            UXN", "AF        BLK UXN",
        "p:3: expected no BLK, because an entry of level PTE is a page, found the end of the row")]
    [InlineData("0xffff000000400000-0xffff000040000000        1020M PMD", "hello", "p:4: expected a row such as "
        + "\"0x…-0x…  2M PMD …\", found \"hello\"")]
    public void A_row_that_cannot_be(string old, string replacement, string message)
    {
        Assert.Contains(old, Good, StringComparison.Ordinal);
        string text = Good.Replace(old, replacement, StringComparison.Ordinal);

        Assert.Equal(
            message, Assert.Throws<InputException>(() => PtdumpReader.Read("p", text, Machine.Geometry)).Message);
    }

    [Theory]
    [InlineData("SHD AF        BLK", "AF SHD        BLK")]
    [InlineData("\n0x", "\n> 0x")]
    [InlineData("\n0x", "\n[   12.345678] 0x")]
    [InlineData("UXN    MEM", "UXN\nMEM")]
    [InlineData("UXN    MEM", "UXN =\n   MEM")]
    [InlineData("---[ Linear Mapping start", "\ufeff---[ Linear Mapping start")]
    public void However_a_text_is_carried_it_has_the_same_rows(string old, string replacement)
    {
        Assert.Contains(old, Good, StringComparison.Ordinal);
        static IEnumerable<object?> Rows(string text) => PtdumpReader.Read("p", text, Machine.Geometry)
            .Select(r => (object?)(r with { Line = 0 }));

        Assert.Equal(Rows(Good), Rows(Good.Replace(old, replacement, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_good_text_is_read() => Assert.Equal(5, PtdumpReader.Read("p", Good, Machine.Geometry).Count);

    [Fact]
    public void A_hole_that_asks_for_more_tables_than_memory_holds_is_refused()
    {
        string text = Good.Replace("130560G PGD", "130560G PTE", StringComparison.Ordinal);
        var rows = PtdumpReader.Read("p", text, Machine.Geometry);

        var failure = Assert.Throws<InputException>(() => PtdumpTables.Build("p", rows, Machine, new(Machine)));

        Assert.StartsWith("p:6: expected a map of at most 4194304 tables", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_in_doubt_is_said_once_with_the_first_line()
    {
        var rows = PtdumpReader.Read("p", Good.Replace("SHD AF            UXN    MEM/NORMAL", "SHD AF    CON     UXN",
            StringComparison.Ordinal), Machine.Geometry);

        var warnings = PtdumpAmbiguities.Of("p", rows, Machine).ToList();

        Assert.Equal(4, warnings.Count);
        Assert.Equal(
            "p:2: warning: ptdump shows no output addresses: taken as the linear map's, 0xffff000000000000 -> "
            + "0x40000000 (and 1 more rows)", warnings[0]);
        Assert.Equal(
            "p:3: warning: a row without a memory type has an attribute index that Linux does not use: taken as 5",
            warnings[2]);
    }

    [Fact]
    public void Memory_that_the_machine_lacks_is_in_doubt() =>
        Assert.Contains(
            "p:2: warning: a row maps memory that test does not have, or leaves out: taken as it reads (and 1 more "
            + "rows)",
            PtdumpAmbiguities.Of("p", PtdumpReader.Read("p", Good, Machine.Geometry),
                new TestMachine { PhysicalOffset = 0, Memory = [(0x4000_0000, 0x8000_0000)] }.Describe()));

    [Fact]
    public void SHD_that_contradicts_the_address_of_LPA2_is_refused()
    {
        var machine = new TestMachine { VaBits = 52 }.Describe();
        var boot = LinearMapBoot.Of(machine);
        var lines = PtdumpText.Lines(new(boot.Final, boot.Painter.Swapper, MapRange.Linear), KernelVersion.Newest);
        string text = string.Join('\n', lines).Replace("NX     AF", "NX SHD AF", StringComparison.Ordinal);

        var rows = PtdumpReader.Read("p", text, machine.Geometry);

        Assert.StartsWith("p:2: expected no SHD", Assert.Throws<InputException>(
            () => PtdumpTables.Build("p", rows, machine, new(machine))).Message, StringComparison.Ordinal);
    }
}
