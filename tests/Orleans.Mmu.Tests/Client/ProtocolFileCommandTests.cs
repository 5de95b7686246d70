using System.Text.Json;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Protocols that users write, on the command line.</summary>
public sealed class ProtocolFileCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu");

    private static string Example => Path.Combine(Repository.Root, "docs", "examples", "early-release.protocol");

    public void Dispose() => _folder.Delete(recursive: true);

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
        string file = Write("printed.protocol", (await CommandRun.WithoutSiloAsync("check", "spin", "--show")).Out);

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
        string trace = Path.Combine(_folder.FullName, "race.mmd");
        var traced = await CommandRun.WithoutSiloAsync("check", Example, "--cpus", "2", "--trace", trace);

        Assert.Equal((ExitCode.Violated, ExitCode.Violated), (any.Code, traced.Code));
        Assert.Contains(
            "early-release is violated on 2 CPUs (BBM level 3, 0): tlb-conflict", any.Out, StringComparison.Ordinal);
        Assert.True(Json(mutants).GetProperty("mutants").GetArrayLength() > 50);
        Assert.Equal(ExitCode.Violated, live.Code);
        Assert.Contains("stale-entry", live.Out, StringComparison.Ordinal);
        Assert.Contains("sequenceDiagram", await File.ReadAllTextAsync(trace), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_the_name_of_a_protocol_file_is_no_folder_of_litmus_tests()
    {
        string folder = _folder.CreateSubdirectory("d.protocol").FullName;

        var run = await CommandRun.WithoutSiloAsync("check", folder, "--cpus", "2");

        Assert.Equal(
            (ExitCode.BadInput, $"{folder}: expected a protocol file, found a directory\n"), (run.Code, run.Error));
    }

    [Theory]
    [InlineData("check", "{0}")]
    [InlineData("boot", "asymmetric", "--protocol", "{0}")]
    public async Task A_file_that_is_not_named_as_one_is_answered_with_how_to_name_it(params string[] args)
    {
        const string file = "xunit.runner.json";
        Assert.True(File.Exists(file), "the tests' own folder is the current one");

        var run = await CommandRun.WithoutSiloAsync([.. args.Select(a => a == "{0}" ? file : a)]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains($"found '{file}'", run.Error, StringComparison.Ordinal);
        Assert.Contains(" (a file's name ends in .protocol or has a /)", run.Error, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("isb", "isbb", "expected a step, found \"isbb\" (the nearest is \"isb\")")]
    [InlineData("park, secondaries", "park, others", "one of boot cpu, secondaries, cpu 1, on ipi, found \"others\"")]
    [InlineData("origin ", "author ", "expected a header (protocol, about, origin, levels, map) or a phase")]
    [InlineData("map      repaint", "", "expected the header line map, found none")]
    [InlineData("map      repaint", "map nothing", "map: expected \"repaint\" or another map that mmu check "
        + "--list names, found \"nothing\"")]
    [InlineData("origin ", "about ", "about: expected it once, found it again after line")]
    [InlineData("early-release", "idmap-reserved", "expected a name that no built-in protocol has")]
    [InlineData("levels   3, 0 ", "levels   3, 0, 0, 0, 0, 0, 0, 0 ", "levels: expected the levels of up to 7 CPUs")]
    [InlineData("flag += 1", "flag = 0", "expected a step that secondaries may perform")]
    [InlineData("flag += 1", "\0", "expected text, found the character \\x00")]
    public async Task A_wrong_file_is_one_line_from_both_verbs(string from, string to, string message)
    {
        string text = await File.ReadAllTextAsync(Example);
        string file = Write("wrong.protocol", text.Replace(from, to, StringComparison.Ordinal));

        await AssertRefusedAsync(file, message);
    }

    [Fact]
    public async Task What_is_no_text_or_too_much_of_it_is_one_line()
    {
        string binary = Path.Combine(_folder.FullName, "binary.protocol");
        await File.WriteAllBytesAsync(binary, [0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]);
        string many = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"phase p{i}, boot cpu\nisb\n"));
        string example = await File.ReadAllTextAsync(Example);

        await AssertRefusedAsync(binary, "expected UTF-8");
        await AssertRefusedAsync(Write("empty.protocol", ""), "expected the header line protocol, found none");
        await AssertRefusedAsync(Write("large.protocol", example + many), "expected at most 65536");
        await AssertRefusedAsync(
            Write("phases.protocol", example + many[..2000]), "expected at most 64 phases, found more");
        await AssertRefusedAsync(
            Write("long.protocol", example + new string(' ', 500)), "expected a line of at most 400 characters");
        await AssertRefusedAsync(
            Path.Combine(_folder.FullName, "missing.protocol"), "expected a protocol file, found no such file");
    }

    [Fact]
    public async Task A_wait_that_nothing_ends_is_warned_of_and_found()
    {
        string text = await File.ReadAllTextAsync(Example);
        string file = Write("endless.protocol", text.Replace("flag += 1", "isb", StringComparison.Ordinal));

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
        string file = Write("levels.protocol", text.Replace("3, 0 ", "3, 0, 1 ", StringComparison.Ordinal));

        var run = await CommandRun.WithoutSiloAsync("check", file, "--cpus", "2");

        Assert.Contains("expected the levels of 2 CPUs", run.Error, StringComparison.Ordinal);
        Assert.Equal("", (await CommandRun.WithoutSiloAsync("check", file, "--cpus", "3")).Error);
    }

    [Fact]
    public async Task What_ends_in_protocol_or_has_a_slash_is_a_file_and_all_else_a_name()
    {
        string inFolder = Write("noending", await File.ReadAllTextAsync(Example));

        Assert.Equal(ExitCode.Violated, (await CommandRun.WithoutSiloAsync("check", inFolder, "--cpus", "2")).Code);
        Assert.Contains(
            "early-release is no such.protocol: expected a protocol file, found no such file",
            (await CommandRun.WithoutSiloAsync("check", "early-release is no such.protocol")).Error,
            StringComparison.Ordinal);
        Assert.Equal(
            "check: expected a protocol of mmu check --list, found 'early-release'\n",
            (await CommandRun.WithoutSiloAsync("check", "early-release")).Error);
    }

    [Theory]
    [InlineData("check", "reference-park", "--show")]
    [InlineData("check", "--show")]
    [InlineData("check", "spin", "--show", "--mutants")]
    [InlineData("check", "hope", "--show")]
    public async Task Only_a_protocol_of_steps_is_shown_and_nothing_is_checked_beside(params string[] args)
    {
        var run = await CommandRun.WithoutSiloAsync(args);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_boot_carries_the_text_of_what_is_not_built_in()
    {
        string printed = Write("printed.protocol", BuiltInProtocols.TextOf("spin")!);

        var mine = await RequestAsync("boot", "asymmetric", "--protocol", Example);
        var known = await RequestAsync("boot", "asymmetric", "--protocol", printed);

        Assert.Equal("early-release", mine.Protocol);
        Assert.Equal(
            ProtocolReader.Parse("a", await File.ReadAllTextAsync(Example)).Text,
            ProtocolReader.Parse("b", mine.ProtocolFile!).Text);
        Assert.Equal(("spin", null), (known.Protocol, known.ProtocolFile));
    }

    [Theory]
    [InlineData("hot-remove", "expected the map repaint, which is what a boot changes, found remove-table")]
    [InlineData("allocator-lock", "expected no phase of cpu 1")]
    public async Task What_grains_cannot_perform_is_refused_before_anything_starts(string name, string message)
    {
        string file = Write("wrong.protocol", BuiltInProtocols.TextOf(name)!);

        var run = await CommandRun.WithoutSiloAsync("boot", "asymmetric", "--protocol", file);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.StartsWith($"{file}:1: {message}", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
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

    private static async Task AssertRefusedAsync(string file, string message)
    {
        var check = await CommandRun.WithoutSiloAsync("check", file);
        var boot = await CommandRun.WithoutSiloAsync("boot", "asymmetric", "--protocol", file);

        Assert.Equal((ExitCode.BadInput, ""), (check.Code, check.Out));
        Assert.Equal(check, boot);
        Assert.StartsWith(file + ":", check.Error, StringComparison.Ordinal);
        Assert.Contains(message, check.Error, StringComparison.Ordinal);
        Assert.Single(check.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
