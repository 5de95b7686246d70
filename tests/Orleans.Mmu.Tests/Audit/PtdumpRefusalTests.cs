using System.Text.RegularExpressions;
using static Orleans.Mmu.Tests.Audit.SamplePtdump;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>Texts that are no ptdump of arm64, or not one: one line with the file and the line.</summary>
public sealed class PtdumpRefusalTests : IDisposable
{
    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("0xffff888000000000-0xffff888000100000        1M     RW                     NX pte",
        "p.txt:1: expected PGD, P4D, PUD, PMD, PTE, as arm64's ptdump names levels, found \"RW\"")]
    [InlineData("0xffff000000000000-0xffff000000200000           4M PMD",
        "p.txt:1: expected 2M, which the addresses span, found \"4M\"")]
    [InlineData("0xffff000000200000-0xffff000000000000           2M PMD", "p.txt:1: expected a row such as")]
    [InlineData("0xffff000000000000-0xffff000000200000", "p.txt:1: expected a size after the addresses")]
    [InlineData("0xffff000000000000-0xffff000000200000 2M PMD NX\n", "p.txt:1: expected ro or RW")]
    [InlineData("0xffff000000000000-0xffff000000200000 2M PMD RW ro NX\n", "p.txt:1: expected each field once")]
    [InlineData("0xffff000000000000-0xffff000000200000 2M PMD RW NX UXN MEM/NORMAL\n", "p.txt:1: expected BLK")]
    [InlineData("0xffff000000000000-0xffff000000200000 2M PMD RW NX BLK UXN",
        "p.txt:1: expected a memory type such as MEM/NORMAL, found the end of the text")]
    [InlineData("---[ Linear Mapping start ]---\n0xffff000000100000-0xffff000000200000 1M PMD\n",
        "p.txt:1: expected a linear map that starts at -2^36, 39, 42, 47, 48 or 52")]
    [InlineData("0xffff000000100000-0xffff000000200000 1M PMD\n",
        "p.txt:1: expected multiples of 2M, which a PMD entry of 4K pages, 48-bit VA spans")]
    [InlineData("nothing of the kind\n", "p.txt:1: expected rows such as")]
    public async Task What_is_no_ptdump_of_arm64_is_one_line(string text, string error) =>
        AuditRun.IsRefused(await AuditRun.OfAsync(_files.Save("p.txt", text)), error);

    [Fact]
    public async Task Shuffled_rows_are_refused()
    {
        string[] lines = Text.Split('\n');
        (lines[2], lines[3]) = (lines[3], lines[2]);

        AuditRun.IsRefused(await AuditRun.OfAsync(_files.Save("p.txt", string.Join('\n', lines))),
            "p.txt:4: expected addresses from 0xffff000000410000 on");
    }

    [Fact]
    public async Task A_second_dump_in_the_text_is_refused() =>
        AuditRun.IsRefused(await AuditRun.OfAsync(_files.Save("p.txt", Text + Text)), "p.txt:16: expected one dump");

    [Fact]
    public async Task Wherever_the_text_is_cut_it_is_judged_or_refused_with_a_line()
    {
        for (int length = 1; length < Text.Length; length += 13)
        {
            var run = await AuditRun.OfAsync(_files.Save("p.txt", Text[..length]));
            if (run.Code != 0)
                Assert.Matches("p\\.txt:[0-9]+: expected .*\n$", run.Error);
        }
    }

    [Fact]
    public async Task UTF_16_is_refused_by_name() =>
        AuditRun.IsRefused(
            await AuditRun.OfAsync(_files.Save("p.txt", [0xff, 0xfe, (byte)'0', 0])), "found UTF-16 text");

    [Theory]
    [InlineData("^(?=.)")]
    [InlineData("^(?=0xffff8)")]
    [InlineData("^(?=---. vmalloc)")]
    public async Task A_diff_is_not_a_ptdump(string lines)
    {
        foreach (string sign in (string[])["+", "-"])
        {
            AuditRun.IsRefused(
                await AuditRun.OfAsync(
                    _files.Save("p.txt", Regex.Replace(Text, lines, sign, RegexOptions.Multiline))),
                "expected one ptdump, found a line of a diff of two");
        }
    }
}
