namespace Orleans.Mmu.Tests.Audit;

/// <summary>What leaves and the tables above them permit.</summary>
public sealed class PermissionRuleTests : IDisposable
{
    private const ulong Spare = 0xffff_8000_c000_0000;

    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

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

    [Fact]
    public async Task The_linear_map_is_not_executable() => Assert.Equal(
        ["executable-linear-map 0xffff000000a00000 0xffff000000c00000"],
        await _files.FindingsAsync(MadeMap.Good().Block(MadeMap.Linear + 0xa0_0000, MadeMap.Ram + 0xa0_0000,
            MadeMap.Text)));
}
