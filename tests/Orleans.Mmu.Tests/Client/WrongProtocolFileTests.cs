using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Linux.ProtocolFiles;
using static Orleans.Mmu.Tests.Client.ProtocolFolder;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Protocol files that the command line refuses: one line, and nothing starts.</summary>
public sealed class WrongProtocolFileTests : IDisposable
{
    private readonly ProtocolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_with_the_name_of_a_protocol_file_is_no_folder_of_litmus_tests()
    {
        string folder = Directory.CreateDirectory(_folder.PathOf("d.protocol")).FullName;

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
        string file = _folder.Write("wrong.protocol", text.Replace(from, to, StringComparison.Ordinal));

        await AssertRefusedAsync(file, message);
    }

    [Fact]
    public async Task What_is_no_text_or_too_much_of_it_is_one_line()
    {
        string binary = _folder.PathOf("binary.protocol");
        await File.WriteAllBytesAsync(binary, [0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]);
        string many = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"phase p{i}, boot cpu\nisb\n"));
        string example = await File.ReadAllTextAsync(Example);

        await AssertRefusedAsync(binary, "expected UTF-8");
        await AssertRefusedAsync(_folder.Write("empty.protocol", ""), "expected the header line protocol, found none");
        await AssertRefusedAsync(_folder.Write("large.protocol", example + many), "expected at most 65536");
        await AssertRefusedAsync(
            _folder.Write("phases.protocol", example + many[..2000]), "expected at most 64 phases, found more");
        await AssertRefusedAsync(
            _folder.Write("long.protocol", example + new string(' ', 500)),
            "expected a line of at most 400 characters");
        await AssertRefusedAsync(
            _folder.PathOf("missing.protocol"), "expected a protocol file, found no such file");
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

    [Theory]
    [InlineData("hot-remove", "expected the map repaint, which is what a boot changes, found remove-table")]
    [InlineData("allocator-lock", "expected no phase of cpu 1")]
    public async Task What_grains_cannot_perform_is_refused_before_anything_starts(string name, string message)
    {
        string file = _folder.Write("wrong.protocol", BuiltInProtocols.TextOf(name)!);

        var run = await CommandRun.WithoutSiloAsync("boot", "asymmetric", "--protocol", file);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.StartsWith($"{file}:1: {message}", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
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
}
