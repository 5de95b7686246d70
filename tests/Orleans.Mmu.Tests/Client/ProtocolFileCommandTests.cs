using System.Text.Json;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.ProtocolFiles;
using static Orleans.Mmu.Tests.Client.ProtocolFolder;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Protocols that users write, on the command line.</summary>
public sealed class ProtocolFileCommandTests : IDisposable
{
    private readonly ProtocolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_built_in_protocol_is_printed_as_a_file()
    {
        var run = await CommandRun.WithoutSiloAsync("check", "idmap-reserved", "--show");

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Golden.Check("check-show-idmap-reserved", run.Out);
    }

    [Fact]
    public async Task What_is_printed_is_checked_as_what_it_was_printed_from()
    {
        string shown = (await CommandRun.WithoutSiloAsync("check", "spin", "--show")).Out;
        string file = _folder.Write("printed.protocol", shown);

        var expected = Json(await CommandRun.WithoutSiloAsync("check", "spin", "--json"));
        var found = Json(await CommandRun.WithoutSiloAsync("check", file, "--json"));

        foreach (string name in new[] { "protocol", "verdict", "property", "states", "transitions" })
            Assert.Equal(expected.GetProperty(name).ToString(), found.GetProperty(name).ToString());
    }

    [Fact]
    public async Task A_file_is_decided_with_every_option_of_a_protocol()
    {
        var any = await CommandRun.WithoutSiloAsync("check", Example, "--any-cpus");
        var mutants = await CommandRun.WithoutSiloAsync("check", Example, "--mutants", "--cpus", "2", "--json");
        var live = await CommandRun.WithoutSiloAsync("check", Example, "--levels", "3", "--strict");
        string trace = _folder.PathOf("race.mmd");
        var traced = await CommandRun.WithoutSiloAsync("check", Example, "--cpus", "2", "--trace", trace);

        Assert.Equal((ExitCode.Violated, ExitCode.Violated), (any.Code, traced.Code));
        Assert.Contains(
            "early-release is violated on 2 CPUs (BBM level 3, 0): tlb-conflict", any.Out, StringComparison.Ordinal);
        Assert.True(Json(mutants).GetProperty("mutants").GetArrayLength() > 50);
        Assert.Equal(ExitCode.Violated, live.Code);
        Assert.Contains("stale-entry", live.Out, StringComparison.Ordinal);
        Assert.Contains("sequenceDiagram", await File.ReadAllTextAsync(trace), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("early-release", "tlb-conflict (R_FVQCK)")]
    [InlineData("read-only-without-flush", "stale-write (R_LXHLD)")]
    [InlineData("held-lock", "endless-wait (stop_machine)")]
    public async Task An_example_ends_as_its_page_says(string name, string property)
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "protocol-files.md"));
        string file = Path.Combine(Repository.Root, "docs", "examples", name + ".protocol");

        var run = await CommandRun.WithoutSiloAsync("check", file, "--any-cpus");

        string verdict = run.Out.TrimEnd().Split('\n')[^1];
        Assert.EndsWith(property, verdict, StringComparison.Ordinal);
        Assert.Contains(verdict, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_names_every_map_that_there_is()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "protocol-files.md"));

        Assert.All(MapChangeGoal.All, g => Assert.Contains($"| `{g.Name}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_list_names_the_map_of_each_protocol()
    {
        var list = Json(await CommandRun.WithoutSiloAsync("check", "--list", "--json"));

        Assert.Equal(
            BuiltInProtocols.All.Select(f => (f.Protocol.Name, (string?)f.Map)),
            list.EnumerateArray().Select(p => (p.GetProperty("name").GetString()!, p.GetProperty("map").GetString()))
                .Where(p => p.Item2 is not null));
    }

    [Fact]
    public async Task A_wait_that_nothing_ends_is_warned_of_and_found()
    {
        string text = await File.ReadAllTextAsync(Example);
        string file = _folder.Write("endless.protocol", text.Replace("flag += 1", "isb", StringComparison.Ordinal));

        var run = await CommandRun.WithoutSiloAsync("check", file, "--cpus", "2");

        Assert.Equal(ExitCode.Violated, run.Code);
        Assert.Contains("endless-wait", run.Out, StringComparison.Ordinal);
        Assert.StartsWith($"warning: {file}:", run.Error, StringComparison.Ordinal);
        Assert.Contains("waits for ever, because no secondary performs \"flag += 1\"", run.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Levels_of_more_CPUs_than_are_checked_are_warned_of()
    {
        string text = await File.ReadAllTextAsync(Example);
        string file = _folder.Write("levels.protocol", text.Replace("3, 0 ", "3, 0, 1 ", StringComparison.Ordinal));

        var run = await CommandRun.WithoutSiloAsync("check", file, "--cpus", "2");

        Assert.Contains("expected the levels of 2 CPUs", run.Error, StringComparison.Ordinal);
        Assert.Equal("", (await CommandRun.WithoutSiloAsync("check", file, "--cpus", "3")).Error);
    }

    [Fact]
    public async Task What_ends_in_protocol_or_has_a_slash_is_a_file_and_all_else_a_name()
    {
        string inFolder = _folder.Write("noending", await File.ReadAllTextAsync(Example));

        Assert.Equal(ExitCode.Violated, (await CommandRun.WithoutSiloAsync("check", inFolder, "--cpus", "2")).Code);
        Assert.Contains(
            "early-release is no such.protocol: expected a protocol file, found no such file",
            (await CommandRun.WithoutSiloAsync("check", "early-release is no such.protocol")).Error,
            StringComparison.Ordinal);
        Assert.Equal(
            "check: expected a protocol of mmu check --list, found 'early-release'\n",
            (await CommandRun.WithoutSiloAsync("check", "early-release")).Error);
    }

    [Fact]
    public async Task A_boot_carries_the_text_of_what_is_not_built_in()
    {
        string printed = _folder.Write("printed.protocol", BuiltInProtocols.TextOf("spin")!);

        var mine = await RequestAsync("boot", "asymmetric", "--protocol", Example);
        var known = await RequestAsync("boot", "asymmetric", "--protocol", printed);

        Assert.Equal("early-release", mine.Protocol);
        Assert.Equal(
            ProtocolReader.Parse("a", await File.ReadAllTextAsync(Example)).Text,
            ProtocolReader.Parse("b", mine.ProtocolFile!).Text);
        Assert.Equal(("spin", null), (known.Protocol, known.ProtocolFile));
    }

    private static JsonElement Json(CommandRun run) => JsonDocument.Parse(run.Out).RootElement;

    private static async Task<BootRequest> RequestAsync(params string[] args)
    {
        BootRequest? seen = null;
        await CommandRun.WithBootAsync((request, _) =>
        {
            seen = request;
            return Task.FromResult(new BootAnswer(SampleReports.Quiet, null));
        }, CancellationToken.None, args);
        return seen!;
    }
}
