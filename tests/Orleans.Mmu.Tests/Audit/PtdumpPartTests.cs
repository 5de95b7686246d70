namespace Orleans.Mmu.Tests.Audit;

/// <summary>Parts of ptdumps, and maps of which a part is unlike the rest.</summary>
public sealed class PtdumpPartTests : IDisposable
{
    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public async Task The_linear_map_is_known_where_its_first_marker_is_missing(int lines, bool hasEnd)
    {
        string whole = SamplePtdump.Replaced("ro NX SHD AF        BLK", "ro x  SHD AF        BLK");
        string text = string.Join('\n', whole.Split('\n')[lines..]);
        if (!hasEnd)
            text = text.Replace("---[ Linear Mapping end ]---\n", "", StringComparison.Ordinal);

        Assert.Equal(
            ["executable-linear-map 0xffff000000200000 0xffff000000400000"], await _files.FindingsAsync(text));
    }

    [Theory]
    [InlineData("---[ Linear Mapping end ]---", false)]
    [InlineData("131071G PUD", true)]
    [InlineData("1018M PMD", true)]
    public async Task A_text_that_ends_before_the_linear_map_does_is_noted(string last, bool isNoted)
    {
        string whole = SamplePtdump.Text;
        string text = whole[..(whole.IndexOf(last, StringComparison.Ordinal) + last.Length)] + "\n";
        var run = await AuditRun.OfAsync(_files.Save("p.txt", text));

        Assert.Equal(0, run.Code);
        Assert.Equal(isNoted, run.Out.Contains("note: the text ends before \"Linear Mapping end\"",
            StringComparison.Ordinal));
    }

    // Members of the first group of 16 blocks: contiguous, a table of pages, single, nothing.
    [Theory]
    [InlineData("CCCCCCCCTCCCCCCC", "15 of 16 members have the Contiguous bit, 1 is a table (level 2)")]
    [InlineData("CCCCCCCCTTCCCCCC", "14 of 16 members have the Contiguous bit, 2 are tables (level 2)")]
    [InlineData("TCCCCCCCCCCCCCCC", "15 of 16 members have the Contiguous bit, 1 is a table (level 2)")]
    [InlineData("CCCCCCCCCCCCCCCT", "15 of 16 members have the Contiguous bit, 1 is a table (level 2)")]
    [InlineData("CCTSCCCCCCCCCCCC",
        "14 of 16 members have the Contiguous bit, 1 is valid without it, 1 is a table (level 2)")]
    [InlineData("CCTSCCCCCCCCCC..", "12 of 16 members have the Contiguous bit, 1 is valid without it, 1 is a table, "
        + "2 are invalid (level 2)")]
    [InlineData("CCCCCCCC........", "8 of 16 members have the Contiguous bit, the rest is invalid (level 2)")]
    [InlineData("SSSSSSSSTSSSSSSS", null)]
    public async Task A_group_with_a_table_is_one_finding(string members, string? message)
    {
        var rows = members.Select((member, i) => Row(0xffff_0000_0000_0000 + ((ulong)i << 21), member));
        var run = await AuditRun.OfAsync(_files.Save(
            "p.txt", "---[ Linear Mapping start ]---\n" + string.Join('\n', rows) + "\n"), "--page-size", "4K");

        Assert.Equal(message is null ? 0 : 3, run.Code);
        Assert.Equal(message is null ? [] : [$"mixed-contiguous-group 0xffff000000000000-0xffff000002000000 {message}"],
            run.Out.Split('\n').Where(l => l.StartsWith("mixed-", StringComparison.Ordinal))
                .Select(l => l[..l.IndexOf(" (line", StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("ro NX SHD AF        BLK", "ro NX SHD AF NG     BLK", true)]
    [InlineData("SHD AF    CON  ", "SHD AF NG CON  ", true)]
    [InlineData("RW NX SHD AF NG         UXN", "RW NX SHD AF            UXN", false)]
    [InlineData("ro x  SHD AF        BLK", "ro x  SHD AF NG     BLK", false)]
    public async Task A_linear_map_that_is_global_in_part_is_noted(string before, string after, bool isNoted)
    {
        var run = await AuditRun.OfAsync(_files.Save("p.txt", SamplePtdump.Replaced(before, after)));

        Assert.Equal(0, run.Code);
        Assert.Equal(isNoted, run.Out.Contains("of the linear map are global (nG = 0)", StringComparison.Ordinal));
    }

    private static string Row(ulong start, char member) =>
        $"0x{start:x16}-0x{start + 0x20_0000:x16} 2M " + member switch
        {
            'C' => "PMD RW NX SHD AF CON BLK UXN MEM/NORMAL-TAGGED",
            'S' => "PMD RW NX SHD AF BLK UXN MEM/NORMAL-TAGGED",
            'T' => "PTE RW NX SHD AF UXN MEM/NORMAL-TAGGED",
            _ => "PMD",
        };
}
