using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Traces;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu lint, and traces that other verbs write for it.</summary>
public sealed class LintCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    private static string Split => TraceText.Tree(TraceText.Block(0x4000_0000), t => t.FillPte(0x4000_0000))
        .Write(TraceText.Pmd, TraceText.Pte | 3).Flush("vmalle1is").ToString();

    [Fact]
    public async Task AViolationNamesTheRuleTheEventAndTheCpu()
    {
        string file = await FileAsync(Split + "! BBM valid->valid\n");
        var run = await CommandRun.WithoutSiloAsync("lint", file);
        Assert.Equal(ExitCode.Violated, run.Code);
        Assert.Equal(
            "BBM valid->valid: 0x3000 changes from 0x60000040000701 to 0x4003 while it may be walked: a block "
            + "becomes a table, which level 0 must not see live (R_FVQCK)\n"
            + "CPU 1 would break\n"
            + "note: assumed 4K pages and 48 bits of address for the trees of EL1, since the trace does not write "
            + "TCR_EL1\n523 events\ncasemate says: BBM valid->valid\n"
            + $"{file}:520: violation at BBM level 0 in event 519\n", run.Out);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task Json()
    {
        string file = await FileAsync(Split);
        var run = await CommandRun.WithoutSiloAsync("lint", file, "--json");
        using var violation = JsonDocument.Parse(run.Out);
        Assert.Equal(("violation", 519L, 1), (violation.RootElement.GetProperty("verdict").GetString(),
            violation.RootElement.GetProperty("event").GetInt64(), violation.RootElement.GetProperty("cpu")
                .GetInt32()));
        Assert.StartsWith(
            "BBM valid->valid", violation.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);

        run = await CommandRun.WithoutSiloAsync("lint", file, "--json", "--bbm", "2");
        Assert.Equal(ExitCode.Done, run.Code);
        using var legal = JsonDocument.Parse(run.Out);
        Assert.Equal("legal", legal.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, legal.RootElement.GetProperty("reason").ValueKind);
        Assert.Equal(1, legal.RootElement.GetProperty("mayAbort").GetInt64());
    }

    [Theory]
    [InlineData("4")]
    [InlineData("2,")]
    [InlineData("two")]
    public async Task ALevelThatDoesNotExist(string level)
    {
        var run = await CommandRun.WithoutSiloAsync("lint", "t.log", "--bbm", level);
        Assert.Equal(
            (ExitCode.BadInput,
            $"--bbm: expected 0, 1, 2 or 3, or some of them with commas between, found '{level}' (see mmu lint "
            + $"--help)\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task ALineThatIsNoEvent()
    {
        string file = await FileAsync("(lock (id 0) (tid 0) (address 0x1))\n(lock (id 1) (tid 0))\n");
        var run = await CommandRun.WithoutSiloAsync("lint", file);
        Assert.Equal((ExitCode.BadInput, "", $"{file}:2: expected the field address in lock, found none\n"),
            (run.Code, run.Out, run.Error));
        run = await CommandRun.WithoutSiloAsync("lint", Path.Combine(_directory.FullName, "nosuch.log"));
        Assert.Equal(
            (ExitCode.BadInput,
            $"{Path.Combine(_directory.FullName, "nosuch.log")}: expected a casemate trace, found no such file\n"),
            (run.Code, run.Error));
    }

    [Fact]
    public async Task ACounterexampleIsRefusedAtTheLevelsItWasFoundAt()
    {
        string file = Path.Combine(_directory.FullName, "spin.log");
        var run = await CommandRun.WithoutSiloAsync("check", "spin", "--cpus", "2", "--trace", file);
        Assert.Equal(ExitCode.Violated, run.Code);
        run = await CommandRun.WithoutSiloAsync("lint", file, "--bbm", "3,0");
        Assert.Equal(ExitCode.Violated, run.Code);
        Assert.Contains("CPU 1 would break", run.Out, StringComparison.Ordinal);
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "lint.md"));
        Assert.Contains(run.Out.Replace(file, "spin.log", StringComparison.Ordinal), page, StringComparison.Ordinal);
        run = await CommandRun.WithoutSiloAsync("lint", file, "--bbm", "3");
        Assert.Equal(ExitCode.Done, run.Code);
    }

    [Fact]
    public async Task ALitmusTestHasNoTablesForATrace()
    {
        string file = Path.Combine(_directory.FullName, "t.log");
        var run = await CommandRun.WithoutSiloAsync("check",
            Path.Combine(Orleans.Mmu.Tests.Litmus.OwnTests.Folder, "dance", "bad_no-tlbi.litmus"), "--trace", file);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal(
            $"--trace: expected a name that ends in .json or .mmd, found '{file}': only protocols of mmu check --list "
            + $"have tables for a casemate trace\n", run.Error);
        Assert.False(File.Exists(file));
    }

    private async Task<string> FileAsync(string text)
    {
        string path = Path.Combine(_directory.FullName, "t.log");
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
