using System.Text.Json;
using System.Text.RegularExpressions;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu check, as programs and people see it.</summary>
public sealed partial class CheckCommandTests
{
    [Fact]
    public async Task A_protocol_that_holds_says_so_and_exits_0()
    {
        var run = await CommandRun.WithoutSiloAsync("check", "idmap-reserved", "--any-cpus");

        Assert.Equal(0, run.Code);
        Assert.EndsWith("idmap-reserved holds on any number of CPUs (BBM level 3, 0 …)\n", run.Out,
            StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task A_counterexample_reads_as_a_story()
    {
        var run = await CommandRun.WithoutSiloAsync("check", "spin", "--cpus", "2");

        Assert.Equal(3, run.Code);
        Golden.Check("check-spin", WithoutTime(run.Out));
    }

    [Fact]
    public async Task The_page_about_check_shows_what_it_prints()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "check.md"));
        var run = await CommandRun.WithoutSiloAsync("check", "spin", "--cpus", "2");

        Assert.Contains(
            "$ mmu check spin --cpus 2\n" + WithoutTime(run.Out), WithoutTime(page), StringComparison.Ordinal);
        foreach (var property in MachineProperties.Order.Append(Property.EndlessWait))
            Assert.Contains(
                $"| `{property.Name}` | {property.Rule} | {property.Sentence} |", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_names_every_protocol_with_who_proposed_or_merged_it()
    {
        var run = await CommandRun.WithoutSiloAsync("check", "--list");

        Assert.Equal(0, run.Code);
        Golden.Check("check-list", run.Out);
        foreach (var protocol in CheckedProtocols.All)
            Assert.Contains(protocol.Protocol.Origin, run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trace.json", "check-spin-perfetto")]
    [InlineData("trace.mmd", "check-spin-mermaid")]
    public async Task A_counterexample_is_drawn(string name, string golden)
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("mmu").FullName, name);
        var run = await CommandRun.WithoutSiloAsync("check", "spin", "--cpus", "2", "--trace", file);

        Assert.Equal(3, run.Code);
        string drawn = await File.ReadAllTextAsync(file);
        Golden.Check(golden, drawn);
        if (name.EndsWith(".json", StringComparison.Ordinal))
            Assert.True(JsonDocument.Parse(drawn).RootElement.GetProperty("traceEvents").GetArrayLength() > 10);
    }

    [Fact]
    public async Task A_trace_of_what_holds_is_no_file()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("mmu").FullName, "trace.json");
        var run = await CommandRun.WithoutSiloAsync("check", "idmap-reserved", "--trace", file);

        Assert.Equal(0, run.Code);
        Assert.Contains("idmap-reserved holds", run.Out, StringComparison.Ordinal);
        Assert.Contains("has no counterexample", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task What_is_not_decided_exits_4()
    {
        var run = await CommandRun.WithoutSiloAsync("check", "idmap-reserved", "--cpus", "6", "--memory", "1");

        Assert.Equal(4, run.Code);
        Assert.Contains("is not decided", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "idmap-reserved", "--cpus", "7", "--symmetry", "off")]
    [InlineData("check", "idmap-reserved", "--cpus", "7", "--symmetry", "off", "--mutants")]
    public async Task What_takes_longer_than_allowed_exits_4(params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync([.. args, "--time", "1", "--json"]);

        Assert.Equal(4, run.Code);
        var json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal("notDecided", json.GetProperty("verdict").GetString());
        Assert.Contains(
            json.GetProperty("notes").EnumerateArray(), n => n.GetProperty("property").GetString() == "time");
    }

    [Fact]
    public async Task The_tests_of_a_folder_share_no_trace()
    {
        string folder = Directory.CreateTempSubdirectory("mmu").FullName;
        var run = await CommandRun.WithoutSiloAsync("check", folder, "--trace", "a.json");

        Assert.Equal(1, run.Code);
        Assert.StartsWith("--trace: expected a command line without a folder", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check: expected a protocol, found none (see mmu check --list)", "check")]
    [InlineData("check: expected a protocol of mmu check --list, found 'hope'", "check", "hope")]
    [InlineData("--cpus: expected 1 to 8, found '9' (see mmu check --help)", "check", "spin", "--cpus", "9")]
    [InlineData("--cpus: expected 1 to 7 for spin, found 8", "check", "spin", "--cpus", "8")]
    [InlineData("--cpus: expected 2 to 8 for reference-park, found 1", "check", "reference-park", "--cpus", "1")]
    [InlineData("--symmetry: expected on or off, found 'perhaps' (see mmu check --help)",
        "check", "spin", "--symmetry", "perhaps")]
    [InlineData("--levels: expected up to 7 of 0, 1, 2 and 3 with commas between, found '4' (see mmu check "
        + "--help)", "check", "spin", "--levels", "4")]
    [InlineData("--two-step: expected a reference system, found 'spin'", "check", "spin", "--two-step")]
    [InlineData("check: expected --cpus or --any-cpus, found both", "check", "spin", "--cpus", "2", "--any-cpus")]
    [InlineData("check: --levels and --strict are for protocols of the machine, found "
        + "'reference-park'", "check", "reference-park", "--strict")]
    [InlineData("check: expected --trace or --mutants, found both", "check", "spin", "--mutants", "--trace", "x")]
    [InlineData("--mutants: expected a protocol of the machine, found 'reference-park', whose steps are "
        + "fixed", "check", "reference-park", "--mutants")]
    [InlineData("check: expected --mutants or --silo, found both: mutants are many small checks, which this process "
        + "explores", "check", "spin", "--mutants", "--silo", "localhost:30000")]
    [InlineData("--silo: expected HOST:PORT such as localhost:30000, found 'nowhere' (see mmu check "
        + "--help)", "check", "spin", "--silo", "nowhere")]
    [InlineData("--silo: expected a protocol of mmu check --list, found 'x.litmus': the states of litmus tests live in "
        + "one process", "check", "x.litmus", "--silo", "localhost:30000")]
    [InlineData("--memory: expected 1 to 1048576, found '0' (see mmu check --help)", "check", "spin", "--memory", "0")]
    public async Task What_is_asked_wrongly_is_said_in_a_line(string line, params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(args);

        Assert.Equal((1, "", line + Environment.NewLine), (run.Code, run.Out, run.Error));
    }

    private static string WithoutTime(string text) =>
        Seconds().Replace(text, m => m.Value.Replace(m.Groups[1].Value, "N", StringComparison.Ordinal));

    [GeneratedRegex(@"transitions, (\d+\.\d\d) s")]
    private static partial Regex Seconds();
}
