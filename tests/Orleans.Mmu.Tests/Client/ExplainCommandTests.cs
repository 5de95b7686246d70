using System.Text.Json.Nodes;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu explain: text, JSON, files and errors.</summary>
public sealed class ExplainCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("explain-esr", "esr=0x96000070")]
    [InlineData("explain-descriptor", "0x0060000080000f05", "--level", "2")]
    [InlineData("explain-table", "pud=180000009fffe403", "--page-size", "16K")]
    [InlineData("explain-bbm", "bbm")]
    public async Task Answers_are_text(string golden, params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(["explain", .. args]);

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Golden.Check(golden, run.Out);
    }

    [Fact]
    public async Task Json_has_every_part()
    {
        var run = await CommandRun.WithoutSiloAsync("explain", "tlbi", "vaae1is,", "0x880000000", "--json");
        var answer = JsonNode.Parse(run.Out)!;

        Assert.Equal("tlbi", answer["kind"]!.GetValue<string>());
        var address = answer["sections"]![0]!["fields"]![0]!;
        Assert.Equal(("address", "0x0000880000000000"),
            (address["name"]!.GetValue<string>(), address["value"]!.GetValue<string>()));
        Assert.Contains("R_ZSXRQ", answer["rules"]!.AsArray().Select(r => r!["label"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_file_with_an_oops_is_explained_and_one_without_is_refused()
    {
        string log = Path.Combine(_directory.FullName, "log");
        await File.WriteAllTextAsync(log, "Unable to handle kernel NULL pointer dereference at virtual address "
            + "0000000000000010\n  ESR = 0x0000000096000004\n");
        var run = await CommandRun.WithoutSiloAsync("explain", log);
        Assert.Contains("a field of a null pointer", run.Out, StringComparison.Ordinal);

        await File.WriteAllTextAsync(log, "all is well\n");
        run = await CommandRun.WithoutSiloAsync("explain", log);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(":1: expected an oops of an arm64 kernel", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonexist.txt")]
    [InlineData("no/such/log")]
    [InlineData("oops.log")]
    public async Task A_file_that_is_missing_is_said_to_be_missing(string file)
    {
        var run = await CommandRun.WithoutSiloAsync("explain", file);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains($"{file}: expected a log with an oops", run.Error, StringComparison.Ordinal);
    }

    // A word that names nothing may be meant for a file.
    [Theory]
    [InlineData("dmesg", true)]
    [InlineData("dsb sh", false)]
    [InlineData("0x5", false)]
    public async Task A_word_that_nothing_has_is_no_file_either(string word, bool isSaid)
    {
        var run = await CommandRun.WithoutSiloAsync("explain", word);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal(isSaid, run.Error.EndsWith("; no file has this name either\n", StringComparison.Ordinal));
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("--va-bits: expected 39, 48, 52 with 4K pages, found 47", "pte=1", "--va-bits", "47")]
    [InlineData("--level: expected 1 to 3 with 4K pages, 39-bit VA, found 0", "0x3", "--va-bits", "39", "--level", "0")]
    public async Task Options_that_fit_no_tables_are_refused(string error, params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(["explain", .. args]);

        Assert.Equal((ExitCode.BadInput, "", error + "\n"), (run.Code, run.Out, run.Error));
    }
}
