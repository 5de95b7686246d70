using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>Each rule on tables that break it and nothing else.</summary>
public sealed class MemoryRuleTests : IDisposable
{
    // Level 3 tables below these addresses belong to the tests.
    private const ulong Spare = 0xffff_8000_c000_0000;
    private const ulong Modules = 0xffff_8000_0000_0000;

    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_good_map_has_no_finding() => Assert.Empty(await _files.FindingsAsync(MadeMap.Good()));

    [Fact]
    public async Task Neighbours_are_one_finding()
    {
        var map = MadeMap.Good();
        for (ulong at = 0; at < 0x8000; at += 0x1000)
            map.Page(Spare + at, 0x1_0000_0000 + 7 * at, 0x0048_0000_0000_0700);

        Assert.Equal(
            ["writable-and-executable 0xffff8000c0000000 0xffff8000c0008000"], await _files.FindingsAsync(map));
    }

    [Fact]
    public async Task Text_that_the_linear_map_writes() => Assert.Equal(
        ["text-writable-alias 0xffff000000200000 0xffff000000400000"],
        await _files.FindingsAsync(MadeMap.Good().Block(MadeMap.Linear + 0x20_0000, MadeMap.Ram + 0x20_0000,
            MadeMap.Data)));

    [Fact]
    public async Task Rodata_that_a_page_elsewhere_writes() => Assert.Equal(
        ["text-writable-alias 0xffff8000c0003000 0xffff8000c0004000"],
        await _files.FindingsAsync(MadeMap.Good().Page(Spare + 0x3000, MadeMap.Ram + 0x41_0000, MadeMap.Data)));

    [Fact]
    public async Task Module_text_whose_alias_alone_is_writable()
    {
        // The alias of the first module is read-only, so rodata is full.
        var map = MadeMap.Good().Page(Modules, MadeMap.Ram + 0x20_0000, MadeMap.Text)
            .Block(Modules + 0x20_0000, MadeMap.Ram + 0x60_0000, MadeMap.Text);

        Assert.Equal(
            ["text-writable-alias 0xffff000000600000 0xffff000000800000"], await _files.FindingsAsync(map));
    }

    [Fact]
    public async Task Where_every_alias_of_modules_is_writable_rodata_is_noalias()
    {
        var map = MadeMap.Good().Block(Modules + 0x20_0000, MadeMap.Ram + 0x60_0000, MadeMap.Text);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", AuditRun.Registers));

        Assert.Equal(0, run.Code);
        Assert.Contains("as rodata=noalias", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RAM_of_the_linear_map_as_device() => Assert.Equal(
        ["memory-type 0xffff000000a00000 0xffff000000c00000"],
        await _files.FindingsAsync(MadeMap.Good().Block(MadeMap.Linear + 0xa0_0000, MadeMap.Ram + 0xa0_0000,
            MadeMap.Data | 4UL << 2)));

    [Fact]
    public async Task RAM_with_an_alias_that_is_device_but_not_devices() => Assert.Equal(
        ["memory-type 0xffff8000c0005000 0xffff8000c0006000"],
        await _files.FindingsAsync(MadeMap.Good().Page(Spare + 0x5000, MadeMap.Ram + 0xa0_0000, MadeMap.Data | 4UL << 2)
            .Page(Spare + 0x7000, 0x900_0000, MadeMap.Data | 4UL << 2)));

    [Theory]
    [InlineData(1, "4K")]
    [InlineData(400, "1600K")]
    [InlineData(512, "2M")]
    public async Task A_non_cacheable_alias_is_a_note(int pages, string size)
    {
        var map = MadeMap.Good();
        for (ulong at = 0; at < (ulong)pages << 12; at += 0x1000)
            map.Page(Spare + at, MadeMap.Ram + 0xa0_0000 + at, MadeMap.Data | 2UL << 2);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", AuditRun.Registers));

        Assert.Equal(0, run.Code);
        Assert.Contains($"note: {size} of RAM have a non-cacheable alias", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_APTable_above_a_writable_alias_is_named()
    {
        var map = MadeMap.Good().Page(Spare, MadeMap.Ram + 0x20_0000, MadeMap.Data);
        map.Word(Spare, 2, map.TableOf(Spare, 3) | 3 | 1UL << 62);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", AuditRun.Registers));

        Assert.Equal(3, run.Code);
        Assert.Contains("maps the kernel image's text or read-only data, which 0xffff800080000000 maps, too; only an "
            + "APTable above it prevents the store", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_with_two_parents()
    {
        var map = MadeMap.Good();
        map.Word(Spare, 1, map.TableOf(MadeMap.Image, 2) | 3);

        Assert.Equal(
            ["table-reached-twice 0xffff8000c0000000 0xffff800100000000"], await _files.FindingsAsync(map));
    }

    [Fact]
    public async Task A_table_that_leads_back() => Assert.Equal(
        ["table-reached-twice 0xffff800100000000 0xffff800140000000"],
        await _files.FindingsAsync(MadeMap.Good().Word(0xffff_8001_0000_0000, 1, DumpBytes.Root | 3)));

    [Fact]
    public async Task Shared_tables_of_KASAN_s_early_shadow_are_known()
    {
        var map = MadeMap.Good();
        for (ulong at = 0; at < 0x20_0000; at += 0x1000)
            map.Page(Spare + at, 0x1_0000_0000, MadeMap.ReadOnly);
        ulong table = map.TableOf(Spare, 3);
        map.Word(Spare + 0x20_0000, 2, table | 3).Word(Spare + 0x40_0000, 2, table | 3);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", AuditRun.Registers));

        Assert.Equal(0, run.Code);
        Assert.Contains("note: 2 entries share tables", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_outside_the_dump() => Assert.Equal(
        ["table-outside-dump 0xffff800100000000 0xffff800140000000"],
        await _files.FindingsAsync(MadeMap.Good().Word(0xffff_8001_0000_0000, 1, 0x7000_0003)));

    [Fact]
    public async Task A_block_where_there_are_none() => Assert.Equal(
        ["reserved-bits 0xffff810000000000 0xffff818000000000"],
        await _files.FindingsAsync(MadeMap.Good().Word(0xffff_8100_0000_0000, 0, MadeMap.Data | 1)));
}
