using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Memory;
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

    [Theory]
    // PAGE_KERNEL_EXEC.
    [InlineData("writable-and-executable", 0x0048_0000_0000_0700)]
    // DBM lets hardware make it writable.
    [InlineData("writable-and-executable", 0x0048_0000_0000_0780)]
    [InlineData("executable-by-user", 0x0028_0000_0000_0700)]
    [InlineData("accessible-by-user", 0x0068_0000_0000_0740)]
    [InlineData("access-flag-clear", 0x0068_0000_0000_0300)]
    [InlineData("not-inner-shareable", 0x0068_0000_0000_0400)]
    [InlineData("reserved-bits", 0x0069_0000_0000_0700)]
    public async Task Attributes_of_one_page(string rule, ulong attributes)
    {
        var map = MadeMap.Good().Page(Spare + 0x1000, 0x1_0000_0000, attributes);

        Assert.Equal([$"{rule} 0xffff8000c0001000 0xffff8000c0002000"], await _files.FindingsAsync(map));
    }

    [Theory]
    // TCR_EL1.HD is 1 in the first registers: DBM makes the page writable.
    [InlineData("0x005001f5b5503510", 0x0048_0000_0000_0780, new[] { "writable-and-executable" })]
    [InlineData("0x005000f5b5503510", 0x0048_0000_0000_0780, new string[0])]
    // What user space may write the kernel does not execute.
    [InlineData("0x005001f5b5503510", 0x0048_0000_0000_0740, new[] { "accessible-by-user" })]
    [InlineData("0x005000f5b5503510", 0x0048_0000_0000_07c0, new[] { "accessible-by-user" })]
    public async Task What_may_be_written_and_executed(string tcr, ulong attributes, string[] rules)
    {
        var map = MadeMap.Good().Page(Spare, 0x1_0000_0000, attributes);
        string registers = AuditRun.Registers.Replace("0x005001f5b5503510", tcr, StringComparison.Ordinal);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", registers), "--json");

        Assert.Equal(rules, AuditRun.Findings(run).Select(f => f.Split(' ')[0]));
    }

    [Theory]
    [InlineData(59, 0x0048_0000_0000_0700, "only a PXNTable above it prevents the execution")]
    [InlineData(62, 0x0048_0000_0000_0700, "only an APTable above it prevents the store")]
    [InlineData(62, 0x0068_0000_0000_0700, "only an APTable above it prevents the store")]
    [InlineData(61, 0x0048_0000_0000_0700, null)]
    public async Task What_a_table_above_prevents_is_said(int bit, ulong attributes, string? words)
    {
        // Text of the image, so that a writable page is an alias, if it is not executable.
        var map = MadeMap.Good().Page(Spare, MadeMap.Ram + 0x20_0000, attributes);
        map.Word(Spare, 2, map.TableOf(Spare, 3) | 3 | 1UL << bit);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", AuditRun.Registers));

        Assert.Equal(3, run.Code);
        Assert.Equal(words is not null, run.Out.Contains(words ?? "; only ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Text_that_a_page_of_user_space_writes() => Assert.Equal(
        [
            "text-writable-alias 0xffff8000c0000000 0xffff8000c0001000",
            "accessible-by-user 0xffff8000c0000000 0xffff8000c0001000",
        ],
        await _files.FindingsAsync(
            MadeMap.Good().Page(Spare, MadeMap.Ram + 0x20_0000, 0x0048_0000_0000_0740)));

    [Theory]
    // One bit of the whole map may be a Realm's; two different ones are damage.
    [InlineData(40, 33, 2)]
    [InlineData(39, 38, 2)]
    [InlineData(39, 39, 0)]
    // A bit within memory is never it.
    [InlineData(25, 25, 2)]
    public async Task Flipped_bits_of_output_addresses(int first, int second, int findings)
    {
        var map = MadeMap.Good()
            .Block(MadeMap.Linear + 0xa0_0000, (MadeMap.Ram + 0xa0_0000) ^ 1UL << first, MadeMap.Data)
            .Block(MadeMap.Linear + 0x100_0000, (MadeMap.Ram + 0x100_0000) ^ 1UL << second, MadeMap.Data);
        string[] found = await _files.FindingsAsync(map);

        Assert.Equal(findings, found.Length);
        Assert.All(found, f => Assert.StartsWith("wrong-output-address ", f, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0x4000_0000, 0x0)]
    [InlineData(0x8000_0000, 0x0)]
    [InlineData(0xc000_0000, 0x8000_0000)]
    public async Task A_large_leaf_does_not_outvote_the_rest(ulong at, ulong output)
    {
        // The leaf maps 1 GB, the rest 64 MB, which would lie below 0 by the leaf's offset.
        var map = MadeMap.Good().Word(MadeMap.Linear + at, 1, output | MadeMap.Data | 1);

        Assert.Equal([$"wrong-output-address 0x{MadeMap.Linear + at:x} 0x{MadeMap.Linear + at + 0x4000_0000:x}"],
            await _files.FindingsAsync(map));
    }

    [Theory]
    [InlineData("4K", 48, 3, true)]
    [InlineData("4K", 48, 1, true)]
    [InlineData("4K", 52, 0, false)]
    [InlineData("16K", 47, 2, true)]
    [InlineData("16K", 52, 1, false)]
    [InlineData("64K", 52, 2, true)]
    [InlineData("64K", 52, 1, false)]
    public void The_Contiguous_bit_is_reserved_where_no_level_has_groups(
        string pages, int bits, int level, bool hasGroups)
    {
        Assert.True(Granule.TryParse(pages, out var granule));
        var geometry = TranslationGeometry.Create(granule, bits);

        Assert.Equal(hasGroups ? 0UL : MadeMap.Contiguous,
            ReservedBits.OfLeaf(geometry, Level.Of(level)) & MadeMap.Contiguous);
    }

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
    public async Task The_linear_map_is_not_executable() => Assert.Equal(
        ["executable-linear-map 0xffff000000a00000 0xffff000000c00000"],
        await _files.FindingsAsync(MadeMap.Good().Block(MadeMap.Linear + 0xa0_0000, MadeMap.Ram + 0xa0_0000,
            MadeMap.Text)));

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

    [Theory]
    [InlineData(1UL << 52, 1UL << 52, 15, "mixed-contiguous-group")]
    [InlineData(0, 1UL << 52, 16, "mixed-contiguous-group")]
    [InlineData(1UL << 52, 1UL << 52 | 1UL << 50, 16, "mixed-contiguous-group")]
    [InlineData(1UL << 52, 1UL << 52, 16, null)]
    [InlineData(0, 0, 16, null)]
    public async Task Groups(ulong first, ulong rest, int members, string? rule)
    {
        var map = MadeMap.Good();
        for (int i = 0; i < members; i++)
            map.Page(Spare + (ulong)i * 0x1000, 0x1_0000_0000 + (ulong)i * 0x1000,
                MadeMap.Data | (i == 0 ? first : rest));

        Assert.Equal(rule is null ? [] : [$"{rule} 0xffff8000c0000000 0xffff8000c0010000"],
            await _files.FindingsAsync(map));
    }

    [Theory]
    [InlineData(0x1_0000_1000)]
    [InlineData(0x1_0000_8000)]
    public async Task A_group_of_memory_that_is_not_aligned(ulong output)
    {
        var map = MadeMap.Good();
        for (ulong at = 0; at < 0x2_0000; at += 0x1000)
            map.Page(Spare + at, output + at, MadeMap.Data | MadeMap.Contiguous);

        Assert.Equal(
            ["misaligned-contiguous-group 0xffff8000c0000000 0xffff8000c0020000"], await _files.FindingsAsync(map));
    }

    [Fact]
    public async Task A_group_whose_members_map_other_memory()
    {
        var map = MadeMap.Good();
        for (ulong at = 0; at < 0x1_0000; at += 0x1000)
            map.Page(Spare + at, 0x1_0000_0000 + (at ^ 0x1000), MadeMap.Data | MadeMap.Contiguous);

        Assert.Equal(
            ["misaligned-contiguous-group 0xffff8000c0000000 0xffff8000c0010000"], await _files.FindingsAsync(map));
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
    public async Task Other_memory_in_the_linear_map() => Assert.Equal(
        ["wrong-output-address 0xffff000000a00000 0xffff000000c00000"],
        await _files.FindingsAsync(MadeMap.Good().Block(MadeMap.Linear + 0xa0_0000, 0x1_0000_0000, MadeMap.Data)));

    [Fact]
    public async Task Memory_that_a_Realm_shares_with_the_host_is_a_note()
    {
        var map = MadeMap.Good().Block(
            MadeMap.Linear + 0xa0_0000, MadeMap.Ram + 0xa0_0000 + (1UL << 39), MadeMap.Data);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", AuditRun.Registers));

        Assert.Equal(0, run.Code);
        Assert.Contains("note: 2M of the linear map have an address bit", run.Out, StringComparison.Ordinal);
    }

    // A kernel has one such bit, and a machine that is no Realm has none.
    [Fact]
    public async Task Two_bits_above_memory_are_damage()
    {
        var map = MadeMap.Good()
            .Block(MadeMap.Linear + 0xa0_0000, MadeMap.Ram + 0xa0_0000 + (1UL << 39), MadeMap.Data)
            .Block(MadeMap.Linear + 0xc0_0000, MadeMap.Ram + 0xc0_0000 + (1UL << 33), MadeMap.Data);

        Assert.Equal(
            [
                "wrong-output-address 0xffff000000a00000 0xffff000000c00000",
                "wrong-output-address 0xffff000000c00000 0xffff000000e00000",
            ], await _files.FindingsAsync(map));
    }

    // TCR_EL1.HD decides whether DBM has a meaning.
    [Theory]
    [InlineData("0x005000f5", false)]
    [InlineData("0x005001f5", true)]
    public async Task DBM_is_writable_where_hardware_may_set_it(string control, bool isWritable)
    {
        const ulong dirty = MadeMap.ReadOnly & ~(1UL << 53) | 1UL << 51;
        string registers = AuditRun.Registers.Replace("0x005001f5", control, StringComparison.Ordinal);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", MadeMap.Good().Page(Spare, MadeMap.Ram + 0x80_0000, dirty).ToTables()),
            "--registers", _files.Save("r.txt", registers), "--json");

        Assert.Equal(isWritable, AuditRun.Findings(run).Any(
            f => f.StartsWith("writable-and-executable", StringComparison.Ordinal)));
    }

    // What user space may write is executable by no kernel, so its alias is not text that the kernel writes.
    [Fact]
    public async Task An_alias_of_text_that_user_space_may_write() => Assert.Contains(
        "text-writable-alias 0xffff8000c0000000 0xffff8000c0001000",
        await _files.FindingsAsync(MadeMap.Good().Page(
            Spare, MadeMap.Ram + 0x20_0000, MadeMap.Data & ~(1UL << 53) | 1UL << 6)));

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

    [Theory]
    [InlineData(Spare)]
    [InlineData(MadeMap.Linear + 0x400_0000)]
    public async Task An_address_beyond_the_physical_address_size(ulong at)
    {
        // TCR_EL1.IPS of the registers is 5: 48 bits; of these, 3: 42 bits.
        string registers = AuditRun.Registers.Replace("0x005001f5b5503510", "0x005001f3b5503510",
            StringComparison.Ordinal);
        var map = MadeMap.Good().Page(at, 1UL << 42 | MadeMap.Ram + 0x400_0000, MadeMap.Data);
        var run = await AuditRun.OfAsync(
            _files.Save("t.bin", map.ToTables()), "--registers", _files.Save("r.txt", registers), "--json");

        Assert.Equal([$"output-beyond-pa 0x{at:x} 0x{at + 0x1000:x}"], AuditRun.Findings(run));
    }
}
