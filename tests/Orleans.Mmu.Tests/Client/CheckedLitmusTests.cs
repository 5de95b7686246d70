using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Litmus;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu check with litmus tests in place of a protocol.</summary>
public sealed class CheckedLitmusTests : IDisposable
{
    private readonly LitmusFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CheckTakesATestInPlaceOfAProtocol()
    {
        string bad = Path.Combine(OwnTests.Folder, "dance", "bad_no-tlbi.litmus");
        var run = await CommandRun.WithoutSiloAsync("check", bad, "--json");
        Assert.Equal(ExitCode.Violated, run.Code);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(("bad_no-tlbi", 2, "violated", "tlb-conflict"),
            (json.RootElement.GetProperty("protocol").GetString(), json.RootElement.GetProperty("cpus").GetInt32(),
            json.RootElement.GetProperty("verdict").GetString(), json.RootElement.GetProperty("property").GetString()));
        Assert.All(json.RootElement.GetProperty("counterexample").EnumerateArray(),
            e => Assert.NotEqual("", e.GetProperty("rule").GetString()));

        run = await CommandRun.WithoutSiloAsync(
            "check", Path.Combine(OwnTests.Folder, "dance", "good_idmap-reserved.litmus"));
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.EndsWith(
            "\ngood_idmap-reserved holds on 2 CPUs (BBM level 3, 0)\n", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check-litmus", "")]
    [InlineData("check-litmus-mermaid", "trace.mmd")]
    [InlineData("check-litmus-perfetto", "trace.json")]
    public async Task ACounterexampleOfATest(string golden, string trace)
    {
        string bad = Path.Combine(OwnTests.Folder, "changes", "bad_block-to-table_level0.litmus");
        string file = Path.Combine(_folder.FullName, trace);
        var run = await CommandRun.WithoutSiloAsync(
            trace.Length > 0 ? ["check", bad, "--trace", file] : ["check", bad]);
        Assert.Equal(ExitCode.Violated, run.Code);
        string text = trace.Length > 0 ? await File.ReadAllTextAsync(file)
            : string.Join(
                '\n', run.Out.Split('\n').Where(l => !l.Contains(" transitions, ", StringComparison.Ordinal)));
        Golden.Check(golden, text);
    }

    [Fact]
    public async Task CheckTakesAFolderOfTests()
    {
        await _folder.FileAsync("a.litmus", OwnTests.Read(Path.Combine("changes", "bad_permission_level0.litmus")));
        await _folder.FileAsync("b.litmus", OwnTests.Read(Path.Combine("changes", "good_permission_level0.litmus")));
        var run = await CommandRun.WithoutSiloAsync("check", _folder.FullName);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.EndsWith("\n2 of 2 as expected\n", run.Out, StringComparison.Ordinal);

        await _folder.FileAsync("b.litmus", OwnTests.Read(Path.Combine("changes", "good_permission_level0.litmus"))
            .Replace("Verdict=holds", "Verdict=tlb-conflict", StringComparison.Ordinal));
        run = await CommandRun.WithoutSiloAsync("check", _folder.FullName, "--json");
        Assert.Equal(ExitCode.Violated, run.Code);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(
            [true, false], json.RootElement.EnumerateArray().Select(t => t.GetProperty("asExpected").GetBoolean()));
    }

    [Theory]
    [InlineData("--cpus", "3")]
    [InlineData("--mutants", null)]
    [InlineData("--symmetry", "off")]
    public async Task OptionsThatAFileDecidesItself(string option, string? value)
    {
        string file = Path.Combine(OwnTests.Folder, "dance", "good_idmap-reserved.litmus");
        var run = await CommandRun.WithoutSiloAsync(
            value is null ? ["check", file, option] : ["check", file, option, value]);
        Assert.Equal(
            (ExitCode.BadInput,
            $"{option}: expected a protocol of mmu check --list, found '{file}', which says itself what runs where\n"),
            (run.Code, run.Error));
    }
}
