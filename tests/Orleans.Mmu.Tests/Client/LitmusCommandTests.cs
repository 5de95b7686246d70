using System.Text.Json;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Litmus;
using static Orleans.Mmu.Tests.Client.LitmusFolder;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu litmus: what is printed, and the exit codes.</summary>
public sealed class LitmusCommandTests : IDisposable
{
    private readonly LitmusFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FinalStatesAsHerdPrintsThem()
    {
        string path = await _folder.FileAsync("map.litmus", Mapping);
        var run = await CommandRun.WithoutSiloAsync("litmus", path);
        Assert.Equal(
            "Test map Allowed\nStates 2\n  ~Fault(P0:L0,x);\n Fault(P0:L0,x,D-MMU:Translation);\nOk\n"
            + "Witnesses\nPositive: 1 Negative: 1\nCondition exists (fault(P0:L0,x))\n"
            + "Observation map Sometimes 1 1\n\n", run.Out);
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        run = await CommandRun.WithoutSiloAsync("litmus", path, "--ets2");
        Assert.Contains("States 1\n  ~Fault(P0:L0,x);\nNo\n", run.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, run.Code);
    }

    [Fact]
    public async Task JsonIsAnArrayOfNamesStatesAndFlags()
    {
        await _folder.FileAsync("map.litmus", Mapping);
        await _folder.FileAsync("b.litmus", Mapping.Replace("(valid:0)", "(oa:phy_y)", StringComparison.Ordinal)
            .Replace("AArch64 map", "AArch64 move", StringComparison.Ordinal));
        var run = await CommandRun.WithoutSiloAsync("litmus", _folder.FullName, "--json");
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(["move", "map"], json.RootElement.EnumerateArray().Select(t => t.GetProperty("name").GetString()));
        Assert.Equal(["Warning-BBM-expected"], json.RootElement[0].GetProperty("flags").EnumerateArray()
            .Select(f => f.GetString()));
        Assert.Equal(["  ~Fault(P0:L0,x);", " Fault(P0:L0,x,D-MMU:Translation);"],
            json.RootElement[1].GetProperty("states").EnumerateArray().Select(f => f.GetString()));
        Assert.Empty(json.RootElement[1].GetProperty("flags").EnumerateArray());
    }

    [Fact]
    public async Task OneBadFileDoesNotKeepTheOthersFromRunning()
    {
        await _folder.FileAsync("a.litmus", Mapping.Replace("STR X0", "STXP W2,X0,X0", StringComparison.Ordinal));
        await _folder.FileAsync("b.litmus", Mapping);
        var run = await CommandRun.WithoutSiloAsync("litmus", _folder.FullName);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("Observation map Sometimes 1 1", run.Out, StringComparison.Ordinal);
        Assert.Equal(
            $"{Path.Combine(_folder.FullName, "a.litmus")}:7: expected an instruction that is supported "
            + $"(docs/litmus.md lists them), found STXP in STXP W2,X0,X0,[X1]\n", run.Error);
        run = await CommandRun.WithoutSiloAsync("litmus", _folder.FullName, "--json");
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(2, json.RootElement.GetArrayLength());
        Assert.Contains(
            "found STXP", json.RootElement[0].GetProperty("refused").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", ExitCode.Done)]
    [InlineData("vmsa/", ExitCode.Done)]
    [InlineData("catalogue/", ExitCode.Done)]
    [InlineData("another-", ExitCode.BadInput)]
    public async Task The_names_of_expected_outcomes_may_have_folders(string prefix, int code)
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "vmsa"));
        string path = await _folder.FileAsync(Path.Combine("vmsa", "map.litmus"), Mapping);
        string expected = await _folder.FileAsync("expected.json", $$"""
            { "{{prefix}}map.litmus": { "flags": [],
              "noEts": { "states": [ "~Fault(P0:L0,x);", "Fault(P0:L0,x,D-MMU:Translation);" ] } } }
            """);
        var run = await CommandRun.WithoutSiloAsync("litmus", path, "--expected", expected);
        Assert.Equal(code, run.Code);
        Assert.Equal(
            code == ExitCode.Done ? "" : $"{expected}: expected a member for one of the tests, such as \"map.litmus\", "
            + "found none\n", run.Error);
    }

    [Fact]
    public async Task ComparesWithWhatAnotherModelFound()
    {
        string path = await _folder.FileAsync("map.litmus", Mapping);
        string expected = await _folder.FileAsync("expected.json", """
            { "map.litmus": { "flags": [],
              "noEts": { "states": [ "  ~Fault(P0:L0,x);", " Fault(P0:L0,x,D-MMU:Translation);" ] },
              "ets2": { "states": [ " Fault(P0:L0,x,D-MMU:Translation);" ] } } }
            """);
        var run = await CommandRun.WithoutSiloAsync("litmus", path, "--expected", expected);
        Assert.Equal("agrees   map.litmus: 2 final states\n1 of 1 agree\n", run.Out);
        Assert.Equal(ExitCode.Done, run.Code);
        run = await CommandRun.WithoutSiloAsync("litmus", path, "--expected", expected, "--ets2");
        Assert.Equal(
            "differs  map.litmus\n         not expected:   ~Fault(P0:L0,x);\n         missing:       "
            + "Fault(P0:L0,x,D-MMU:Translation);\n0 of 1 agree\n", run.Out);
        Assert.Equal(ExitCode.Violated, run.Code);
        await _folder.FileAsync("expected.json", """
            {"a.litmus":{"noEts":{"states":[]},"flags":[]},"a.litmus":{"noEts":{"states":[]},"flags":[]}}
            """);
        run = await CommandRun.WithoutSiloAsync("litmus", path, "--expected", expected);
        Assert.Equal(
            (ExitCode.BadInput, $"{expected}:1: expected each test once, found a.litmus twice\n"),
            (run.Code, run.Error));
        await _folder.FileAsync("expected.json", "{ \"map.litmus\": [\n");
        run = await CommandRun.WithoutSiloAsync("litmus", path, "--expected", expected);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith($"{expected}:2: expected JSON, found something else", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CountsWhatAgreesDiffersAndIsRefusedByFeature()
    {
        string equal = await _folder.FileAsync("equal.litmus", Mapping);
        const string Rest = "{\n}\n P0 ;\n NOP ;\nforall(true)\n";
        string tagged = await _folder.FileAsync("tagged.litmus", $"AArch64 tagged\nVariant=memtag\n{Rest}");
        string cached = await _folder.FileAsync("cached.litmus", $"AArch64 cached\nCacheType=DIC\n{Rest}");
        string broken = await _folder.FileAsync("broken.litmus", "AArch64\n");
        string expected = await _folder.FileAsync("expected.json", """
            { "equal.litmus": { "flags": [],
              "noEts": { "states": [ "~Fault(P0:L0,x);", "Fault(P0:L0,x,D-MMU:Translation);" ] } } }
            """);

        var run = await CommandRun.WithoutSiloAsync("litmus", equal, tagged, cached, broken, "--expected", expected);

        Assert.Matches(@"\| equal +\| +1 \|", run.Out);
        Assert.Matches(@"\| refused: memory tags \(MTE\) +\| +1 \|", run.Out);
        Assert.Matches(@"\| refused: instruction fetch +\| +1 \|", run.Out);
        Assert.Matches(@"\| refused: not a test that can be read +\| +1 \|", run.Out);
        Assert.EndsWith("\n1 of 4 agree, 3 refused\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_without_an_end_is_not_decided_when_time_is_over()
    {
        string path = await _folder.FileAsync("endless.litmus", """
            AArch64 endless
            {
             0:X0=0;
            }
             P0 ;
             L: ADD X0,X0,#1 ;
             B L ;

            exists (0:X0=1)
            """);
        var run = await CommandRun.WithoutSiloAsync("litmus", path, "--time", "1");
        Assert.Equal(ExitCode.NotDecided, run.Code);
        Assert.Contains("Not decided: time ran out", run.Out, StringComparison.Ordinal);
        // What was not found may still be there, and nothing agrees yet.
        string expected = await _folder.FileAsync("expected.json", """
            { "endless.litmus": { "flags": [], "noEts": { "states": [] }, "ets2": { "states": [] } } }
            """);
        run = await CommandRun.WithoutSiloAsync("litmus", path, "--time", "1", "--in-order", "--expected", expected);
        Assert.Equal(ExitCode.NotDecided, run.Code);
        Assert.Equal(
            "cut      endless.litmus: not decided, 0 final states so far\n0 of 1 agree, 1 not decided\n", run.Out);
        run = await CommandRun.WithoutSiloAsync("check", path, "--time", "1");
        Assert.Equal(ExitCode.NotDecided, run.Code);
        Assert.Contains("note: time: ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePageShowsTheDanceAsItIsTested() => Assert.Contains(
        OwnTests.Read(Path.Combine("dance", "good_idmap-reserved.litmus")),
        await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "litmus.md")), StringComparison.Ordinal);
}
