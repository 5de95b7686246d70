using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>ELF cores as kdump and QEMU write them, and raw images.</summary>
public sealed class CoreAuditTests : IDisposable
{
    private readonly AuditRun _files = new();
    private readonly byte[] _tables = MadeMap.Good().ToTables();

    public void Dispose() => _files.Dispose();

    public static TheoryData<string> Forms => ["plain", "extended", "zero", "one", "one zero", "qemu", "old qemu"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task VMCOREINFO_leads_to_the_root(string form)
    {
        var core = form switch
        {
            "extended" => new MadeCore { IsExtended = true },
            "one" => new MadeCore { IsOneSegment = true },
            "one zero" => new MadeCore { IsOneSegment = true, Physical = 0 },
            "zero" => new MadeCore { Physical = 0 },
            "qemu" => new MadeCore { Qemu = QemuAge.Now },
            "old qemu" => new MadeCore { Qemu = QemuAge.Before4, IsOneSegment = true },
            _ => new MadeCore(),
        };
        var run = await AuditRun.OfAsync(_files.Save("vmcore", core.Of(_tables)));

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("an ELF core, 4K pages, 48-bit VA, root at 0x40000000, Linux 6.18.15-test\n", run.Out,
            StringComparison.Ordinal);
        Assert.Contains("note: the dump has no MAIR_EL1", run.Out, StringComparison.Ordinal);
    }

    // One segment, whose p_paddr of 0 is no address: VMCOREINFO has the offset.
    [Fact]
    public async Task A_core_of_one_segment_without_p_paddr_is_read_by_its_linear_addresses()
    {
        byte[] root = new DumpBytes(4096).Page(DumpBytes.Root).ToArray();

        Assert.Empty(AuditRun.Findings(await AuditRun.OfAsync(
            _files.Save("vmcore", new MadeCore { Physical = 0 }.Of(root)), "--json")));
    }

    [Theory]
    [InlineData("tables.bin.zst", " --registers FOLDER/registers.txt)")]
    [InlineData("kernel_page_tables", ")")]
    public async Task A_folder_is_answered_with_the_dump_in_it(string name, string rest)
    {
        string folder = Path.GetDirectoryName(_files.Save(name, _tables))!;
        _files.Save("registers.txt", AuditRun.Registers);

        AuditRun.IsRefused(await AuditRun.OfAsync(folder), $"{folder}: expected a dump, found a directory (mmu audit "
            + $"{folder}/{name}{rest.Replace("FOLDER", folder, StringComparison.Ordinal)}");
    }

    [Fact]
    public async Task Registers_lead_to_the_root_of_a_core_without_VMCOREINFO()
    {
        string core = _files.Save("vmcore", new MadeCore { Note = null }.Of(_tables));

        AuditRun.IsRefused(await AuditRun.OfAsync(core), "expected --registers with TTBR1_EL1 and TCR_EL1");
        Assert.Empty(AuditRun.Findings(
            await AuditRun.OfAsync(core, "--registers", _files.Save("r.txt", AuditRun.Registers), "--json")));
    }

    [Fact]
    public async Task What_the_tables_say_a_core_and_an_image_say()
    {
        var map = MadeMap.Good().Block(MadeMap.Linear + 0x20_0000, MadeMap.Ram + 0x20_0000, MadeMap.Data);
        string[] expected = await _files.FindingsAsync(map);
        byte[] tables = map.ToTables();
        int count = BinaryPrimitives.ReadInt32LittleEndian(tables.AsSpan(12));
        string registers = _files.Save("r.txt", AuditRun.Registers);
        string image = _files.Save("ram.bin", tables[(16 + 8 * count)..]);

        Assert.Single(expected);
        Assert.Equal(expected, AuditRun.Findings(
            await AuditRun.OfAsync(_files.Save("vmcore", new MadeCore().Of(tables)), "--json")));
        Assert.Equal(expected, AuditRun.Findings(
            await AuditRun.OfAsync(image, "--base", "0x40000000", "--registers", registers, "--json")));
        AuditRun.IsRefused(
            await AuditRun.OfAsync(image, "--registers", registers), "(a raw memory image needs --base)");
    }

    [Theory]
    [InlineData("\u007fELF")]
    [InlineData("\u001f\u008b")]
    [InlineData("a text without rows\n")]
    [InlineData("LiME")]
    public async Task With_a_base_a_file_is_an_image_whatever_it_begins_with(string start)
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(_tables.AsSpan(12));
        byte[] head = Encoding.Latin1.GetBytes(start.PadRight(4096, '\n'));
        string image = _files.Save("ram.bin", [.. head, .. _tables[(16 + 8 * count)..]]);

        Assert.Empty(AuditRun.Findings(await AuditRun.OfAsync(
            image, "--base", "0x3ffff000", "--registers", _files.Save("r.txt", AuditRun.Registers), "--json")));
    }

    [Theory]
    [InlineData("--page-size", "4K")]
    [InlineData("--va-bits", "48")]
    public async Task What_is_for_a_ptdump_is_not_used_for_tables(string option, string value)
    {
        var run = await AuditRun.OfAsync(_files.Save("t.bin", _tables), "--registers",
            _files.Save("r.txt", AuditRun.Registers), option, value);

        Assert.Equal(0, run.Code);
        Assert.Contains("--page-size and --va-bits, which are for a ptdump, are not used", run.Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_the_dump_leaves_out_is_empty_and_noted()
    {
        var map = MadeMap.Good().Word(0xffff_8001_0000_0000, 2, 0);
        ulong empty = map.TableOf(0xffff_8001_0000_0000, 2);
        var run = await AuditRun.OfAsync(
            _files.Save("vmcore", new MadeCore { LeftOut = empty }.Of(map.ToTables())), "--json");

        Assert.Empty(AuditRun.Findings(run));
        Assert.Contains(JsonDocument.Parse(run.Out).RootElement.GetProperty("notes").EnumerateArray(),
            n => n.GetString()!.StartsWith("1 table is not among the bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Registers_of_another_machine_are_refused() =>
        AuditRun.IsRefused(await AuditRun.OfAsync(_files.Save("t.bin", _tables), "--registers",
            _files.Save("r.txt", AuditRun.Registers.Replace("40000001", "50000001", StringComparison.Ordinal))),
            "expected the root table at 0x50000000 in the dump");

    [Fact]
    public async Task Changed_words_of_tables_end_in_a_verdict()
    {
        var random = new Random(1);
        string registers = _files.Save("r.txt", AuditRun.Registers);
        int first = 16 + 8 * BinaryPrimitives.ReadInt32LittleEndian(_tables.AsSpan(12));
        for (int i = 0; i < 60; i++)
        {
            byte[] tables = [.. _tables];
            for (int change = 0; change < 40; change++)
            {
                // Half of the words are plausible: tables and leaves near the dump's own.
                ulong word = random.Next(2) == 0 ? (ulong)random.NextInt64()
                    : DumpBytes.Root + (ulong)random.Next(12) * 0x1000 + 3;
                BinaryPrimitives.WriteUInt64LittleEndian(
                    tables.AsSpan(first + 8 * random.Next((tables.Length - first) / 8)), word);
            }

            var run = await AuditRun.OfAsync(_files.Save("t.bin", tables), "--registers", registers, "--json");
            Assert.True(run.Code is 0 or 3, run.Error);
        }
    }
}
