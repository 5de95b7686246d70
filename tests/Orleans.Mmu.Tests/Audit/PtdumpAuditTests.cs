using System.Text.Json;
using System.Text.RegularExpressions;
using Orleans.Mmu.Tests.Client;
using static Orleans.Mmu.Tests.Audit.SamplePtdump;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>ptdump texts, whole and as mails and logs carry them, and maps that break a rule.</summary>
public sealed class PtdumpAuditTests : IDisposable
{
    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    public static TheoryData<string, string> Carried => new()
    {
        { "as it is", Text },
        { "CRLF", Text.Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "a byte order mark", "\ufeff" + Text },
        { "quoted", "On Friday somebody wrote:\n" + Regex.Replace(Text, "^", "> > ", RegexOptions.Multiline) },
        { "dmesg", Regex.Replace(Text, "^(?=.)", "[   12.345678] ", RegexOptions.Multiline) },
        { "dmesg with callers", Regex.Replace(Text, "^(?=.)", "[   12.345678][    T1] ", RegexOptions.Multiline) },
        { "syslog", Regex.Replace(Text, "^(?=.)", "Nov 29 07:00:00 host kernel: [   1.2] ", RegexOptions.Multiline) },
        { "dmesg -x", Regex.Replace(Text, "^(?=.)", "kern  :info  : [   12.345678] ", RegexOptions.Multiline) },
        { "/dev/kmsg", Regex.Replace(Text, "^(?=.)", "6,12,34567,-;", RegexOptions.Multiline) },
        { "logcat", Regex.Replace(Text, "^(?=.)", "02-06 12:00:00.000     0     0 I         : ",
            RegexOptions.Multiline) },
        { "grep -nH", Regex.Replace(Text, "^(?=.)", "kernel_page_tables:7:", RegexOptions.Multiline) },
        { "grep --color", Regex.Replace(Text, "PMD|PTE", "\u001b[01;31m\u001b[K$0\u001b[m\u001b[K") },
        { "script(1)", "Script started on 2026-11-29 07:00:00+00:00 [TERM=\"xterm\"]\r\n\u001b[?2004h"
            + "\u001b]0;root@host: ~\u0007root@host:~# cat kernel_page_tables\r\n\u001b[?2004l\r"
            + Text.Replace("\n", "\r\n", StringComparison.Ordinal) + "\u001b[?2004h\u001b(B"
            + "\u001b=root@host:~# exit\r\n" },
        { "a sentence in between", Text.Replace("---[ vmalloc", "Here 0xffff000000000000-0xffff000000200000 is RW.\n"
            + "---[ vmalloc", StringComparison.Ordinal) },
        { "byte order mark", "\ufeff" + Text },
        { "byte order mark and quoted", "\ufeff" + Regex.Replace(Text, "^", "> ", RegexOptions.Multiline) },
        { "tabs", Regex.Replace(Text, " {2,}", "\t") },
        { "wrapped", Regex.Replace(Text, "^(0x.{50,70}?\\S) +(\\S.*)$", "$1\n$2", RegexOptions.Multiline) },
        { "quoted-printable", Regex.Replace(Text, "^(0x.{50,70}?\\S) +(\\S.*)$", "$1 =\n$2", RegexOptions.Multiline) },
        { "wrapped early", Regex.Replace(Text, "^(0x\\S+) +(\\S.*)$", "> $1\n> $2", RegexOptions.Multiline) },
    };

    [Theory]
    [MemberData(nameof(Carried))]
    public async Task However_it_is_carried_it_is_the_same_map(string how, string text)
    {
        var run = await AuditRun.OfAsync(_files.Save("p.txt", text));

        Assert.True(run.Code == 0, $"{how}: {run.Error}{run.Out}");
        Assert.Contains("\n35 leaves in 6 runs\n", run.Out, StringComparison.Ordinal);
        Assert.Matches("DirectMap4k: +64 kB\nDirectMap64k: +64 kB\nDirectMap2M: +4096 kB\n", run.Out);
    }

    [Theory]
    [InlineData("ro x  SHD AF        BLK", "RW x  SHD AF        BLK",
        "writable-and-executable 0xffff800080000000 0xffff800080200000")]
    [InlineData("ro NX SHD AF        BLK", "ro x  SHD AF        BLK",
        "executable-linear-map 0xffff000000200000 0xffff000000400000")]
    [InlineData("BLK UXN    MEM/NORMAL-TAGGED", "BLK UXN    DEVICE/nGnRE",
        "memory-type 0xffff000000000000 0xffff000000200000")]
    [InlineData("BLK UXN    MEM/NORMAL-TAGGED", "BLK        MEM/NORMAL-TAGGED",
        "executable-by-user 0xffff000000000000 0xffff000000200000")]
    [InlineData("0xffff000000413000          12K PTE       RW NX SHD AF        ",
        "0xffff000000413000          12K PTE       RW NX SHD AF    CON ",
        "mixed-contiguous-group 0xffff000000410000 0xffff000000420000")]
    [InlineData("0xffff000000600000        1920K PTE", "0xffff000000500000         896K PTE",
        "missing-range 0xffff000000500000 0xffff000000600000")]
    [InlineData("0xffff000000600000        1920K PTE", "0xffff000000700000        2944K PTE",
        "overlapping-ranges 0xffff000000600000 0xffff000000700000")]
    public async Task A_broken_rule_is_found_with_its_line(string before, string after, string finding) =>
        Assert.Equal([finding], await _files.FindingsAsync(Replaced(before, after)));

    [Fact]
    public async Task A_finding_names_its_line()
    {
        var run = await AuditRun.OfAsync(_files.Save("p.txt", Replaced("ro x  SHD", "RW x  SHD")));

        Assert.Contains(
            "can be written and executed, in vmalloc() area (line 15)\n", run.Out, StringComparison.Ordinal);
    }

    // What mmu import leaves out of the machine file of a kernel before 6.16 with KASLR. A ptdump has no PAs.
    [Theory]
    [InlineData("0x0")]
    [InlineData("0xfffff4bb80000000")]
    public async Task The_PA_at_PAGE_OFFSET_follows_from_where_the_map_begins(string offset)
    {
        string given = Small("\"6.12\"", $"\"kaslr\": true, \"physicalOffset\": \"{offset}\",");
        var map = await CommandRun.WithoutSiloAsync("map", _files.Save("right.json", given), "--format", "ptdump");
        string machine = _files.Save("m.json", Small("\"6.12\"", "\"kaslr\": true,"));
        var run = await AuditRun.OfAsync(_files.Save("p.txt", map.Out), "--machine", machine, "--json");

        var only = Assert.Single(JsonDocument.Parse(run.Out).RootElement.GetProperty("explanations").EnumerateArray());
        var edit = Assert.Single(only.GetProperty("machineShouldSay").EnumerateArray());
        Assert.Equal("kernel.physicalOffset", edit.GetProperty("key").GetString());
        Assert.Equal($"\"{offset}\"", edit.GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_kernel_that_has_KFENCE_is_tried_where_the_file_has_none()
    {
        const string line = "\"commandLine\": \"rodata=off kfence.sample_interval=100\",";
        var map = await CommandRun.WithoutSiloAsync(
            "map", _files.Save("right.json", Small("\"6.18\"", line)), "--format", "ptdump");
        string machine = _files.Save("m.json", Small("\"6.18\"", line + " \"config\": \"defconfig\","));
        var run = await AuditRun.OfAsync(_files.Save("p.txt", map.Out), "--machine", machine, "--json");

        Assert.Contains("as a kernel with KFENCE makes it", JsonDocument.Parse(run.Out).RootElement
            .GetProperty("explanations").EnumerateArray().Select(e => e.GetProperty("rule").GetString()));
    }

    private static string Small(string version, string kernel) => $$"""
        { "name": "m", "kernel": { "version": {{version}}, "pageSize": "4K", "vaBits": 48, {{kernel}}
            "image": { "text": "0x40200000", "stext": "0x40210000", "initBegin": "0x42390000",
                "initEnd": "0x42720000", "bssStop": "0x42c9a730", "end": "0x42cb0000" } },
          "memory": [ { "start": "0x40000000", "end": "0x80000000" } ], "noMap": [],
          "cpus": [ { "midr": "0x414fd0c1" } ] }
        """;

    // A row in the middle of the linear map, and what follows it to the end.
    [Theory]
    [InlineData("---[ Linear Mapping end ]---\n")]
    [InlineData("")]
    public async Task A_part_of_the_linear_map_is_judged_as_linear(string end) => Assert.Equal(
        ["executable-linear-map 0xffff000000200000 0xffff000000400000"],
        await _files.FindingsAsync("0xffff000000200000-0xffff000000400000 2M PMD ro x SHD AF BLK UXN MEM/NORMAL\n"
            + "0xffff000000400000-0xffff800000000000 134217724M PMD\n" + end
            + "---[ Modules start ]---\n0xffff800000000000-0xffff800080000000 2G PUD\n"));

    [Fact]
    public async Task A_marker_behind_the_last_row_ends_its_region()
    {
        string text = Text[..Text.IndexOf("---[ Modules start", StringComparison.Ordinal)];

        string cut = text.Replace("---[ Linear Mapping end ]---", "", StringComparison.Ordinal);

        Assert.DoesNotContain("the text ends before", (await AuditRun.OfAsync(_files.Save("p.txt", text))).Out,
            StringComparison.Ordinal);
        Assert.Contains("note: the text ends before \"Linear Mapping end\"",
            (await AuditRun.OfAsync(_files.Save("p.txt", cut))).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_among_the_members_of_a_group_is_named_once()
    {
        var run = await AuditRun.OfAsync(_files.Save("p.txt", """
            ---[ Linear Mapping start ]---
            0xffff000000000000-0xffff000000e00000          14M PMD       RW NX SHD AF    CON BLK UXN    MEM/NORMAL
            0xffff000000e00000-0xffff000001000000           2M PTE       RW NX SHD AF            UXN    MEM/NORMAL
            0xffff000001000000-0xffff000002000000          16M PMD       RW NX SHD AF    CON BLK UXN    MEM/NORMAL
            ---[ Linear Mapping end ]---

            """));

        Assert.Equal(3, run.Code);
        Assert.Single(run.Out.Split('\n'), l => l.StartsWith("mixed-contiguous-group", StringComparison.Ordinal));
        Assert.Contains("15 of 16 members have the Contiguous bit, 1 is a table (level 2)", run.Out,
            StringComparison.Ordinal);
    }
}
