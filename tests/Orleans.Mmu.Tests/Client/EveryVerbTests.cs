using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Tests.Client;

/// <summary>What all verbs have in common: help, --json, width, and the words of their verdicts.</summary>
public sealed partial class EveryVerbTests
{
    /// <summary>docs/verdicts.md says why.</summary>
    private static readonly string[] WithoutJson = ["serve", "completion", "headline"];

    /// <summary>Command lines on built-in inputs that need no silo.</summary>
    public static TheoryData<string> Runs =>
    [
        "machines", "cores", "museum", "museum hot-remove-cuts-leaf", "museum hot-remove-cuts-leaf --fixed",
        "check --list", "check spin --cpus 2", "check idmap-reserved --any-cpus", "check tests/litmus",
        "explain bbm", "explain R_SQBCS", "explain esr=0x96000047", "boot --list", "map --list", "cost --list",
        "decay --list", "exercise --list", "decay symmetric --modules 8 --programs 8 --secrets 4",
    ];

    private static IEnumerable<Command> Verbs()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, false, false, false);
        return MmuProgram.Create().RootCommand(terminal).Subcommands;
    }

    [Fact]
    public async Task Help_of_every_verb_is_printed_in_three_ways_and_has_examples()
    {
        foreach (var verb in Verbs())
        {
            var run = await CommandRun.WithoutSiloAsync("help", verb.Name);
            Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
            Assert.Equal(run, await CommandRun.WithoutSiloAsync(verb.Name, "--help"));
            Assert.Equal(run, await CommandRun.WithoutSiloAsync(verb.Name.ToUpperInvariant(), "--help"));
            Assert.Contains("Examples:", run.Out, StringComparison.Ordinal);
        }

        var all = await CommandRun.WithoutSiloAsync("help");
        Assert.Equal((ExitCode.Done, ""), (all.Code, all.Error));
        Assert.Equal(all, await CommandRun.WithoutSiloAsync());
    }

    [Fact]
    public async Task Examples_are_command_lines_that_the_verbs_take()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, false, false, false);
        var root = MmuProgram.Create().RootCommand(terminal);
        foreach (var verb in root.Subcommands)
        {
            var help = await CommandRun.WithoutSiloAsync(verb.Name, "--help");
            string examples = help.Out[help.Out.IndexOf("Examples:", StringComparison.Ordinal)..];
            foreach (Match call in Call().Matches(examples))
            {
                var parsed = root.Parse(call.Groups["args"].Value);
                Assert.True(parsed.Errors.Count == 0, $"{call.Value}: {string.Join("; ", parsed.Errors)}");
            }
        }
    }

    [Fact]
    public void Every_verb_that_answers_has_json() => Assert.Equal(
        WithoutJson.Order(), Verbs().Where(v => v.Options.All(o => o.Name != "--json")).Select(v => v.Name).Order());

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Lines_are_at_most_eighty_columns_wide(string line)
    {
        var run = await CommandRun.OnTerminalAsync(Words(line));
        Assert.True(run.Code is ExitCode.Done or ExitCode.Violated, run.Error);
        // A word that is longer than a line, such as a path, stays whole.
        Assert.DoesNotContain(
            run.Out.Split('\n'),
            l => l.Length > Terminal.PipeWidth && l.TrimStart().Contains(' ', StringComparison.Ordinal));
        Assert.DoesNotMatch("(^|[^0-9,.])1 [a-z]*(CPUs|events|blocks|leaves|tables|runs)", run.Out);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Json_is_one_document_whose_verdicts_are_of_the_list(string line)
    {
        var run = await CommandRun.WithoutSiloAsync([.. Words(line), "--json"]);
        var document = JsonNode.Parse(run.Out)!;
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "verdicts.md"));
        var codes = Row().Matches(page).ToDictionary(m => m.Groups["word"].Value, m => m.Groups["code"].Value);
        Assert.Equal(5, codes.Count);
        foreach (var one in document as JsonArray ?? [document.DeepClone()])
        {
            if (one!["verdict"]?.GetValue<string>() is not { } verdict)
                continue;
            Assert.Contains(verdict, codes.Keys);
            if (document is JsonObject)
                Assert.Equal(codes[verdict], $"{run.Code}");
        }
    }

    private static string[] Words(string line) => [.. line.Split(' ')
        .Select(w => w.StartsWith("tests/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, w) : w)];

    [GeneratedRegex(@"mmu (?<args>(?!completion)[^;|><\n]+)")]
    private static partial Regex Call();

    [GeneratedRegex(@"^\| `(?<word>\w+)` \| (?<code>\d) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
