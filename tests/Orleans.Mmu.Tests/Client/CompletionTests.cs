using System.CommandLine;
using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Completions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Tests.Shells;

namespace Orleans.Mmu.Tests.Client;

/// <summary>mmu completion: the scripts name every verb, option and name.</summary>
public sealed class CompletionTests
{
    // Options whose value is a name of the user's own.
    private static readonly string[] FreeNames = ["import --name"];

    /// <summary>A command line, a word that completes it, and whether nothing else does.</summary>
    public static TheoryData<string, string> Lines => new()
    {
        { "mmu ch", "check" },
        { "mmu check --sy", "--symmetry" },
        { "mmu check idmap-res", "idmap-reserved" },
        { "mmu check spin --symmetry of", "off" },
        { "mmu check spin --symmetry=of", "off" },
        { "mmu check spin --levels 3,", "3,0" },
        { "mmu boot --quiet asym", "asymmetric" },
        { "mmu cluster re", "remove" },
        { "mmu cluster remove --ol", "--older" },
        { "mmu explain bb", "bbm" },
        { "mmu explain R_FVQ", "R_FVQCK" },
        { "mmu explain tlb-c", "tlb-conflict" },
        { "mmu explain ds", "dsb" },
        { "mmu explain --level ", "-1" },
        { "mmu audit --page-size ", "16K" },
        { "mmu audit --va-bits 4", "48" },
        { "mmu audit --machine asymmetric-", "asymmetric-6.18" },
        { "mmu import --outp", "--output" },
        { "mmu tlb --core Cortex-A76,Cortex-A5", "Cortex-A76,Cortex-A57" },
        { "mmu tlb --map 64", "64K" },
        { "mmu cost --set dram", "dram-ns=" },
        { "mmu help muse", "museum" },
        { "mmu he", "help" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Bash_completes(string line, string expected) =>
        AssertReplies(await BashShell.CompleteAsync(await ScriptAsync("bash"), line), line, expected);

    [ShellTheory("zsh")]
    [MemberData(nameof(Lines))]
    public async Task Zsh_completes(string line, string expected) =>
        AssertReplies(await ZshShell.CompleteAsync(await ScriptAsync("zsh"), line), line, expected);

    [ShellTheory("fish")]
    [MemberData(nameof(Lines))]
    public async Task Fish_completes(string line, string expected) =>
        AssertReplies(await FishShell.CompleteAsync(await ScriptAsync("fish"), line), line, expected);

    [Fact]
    public void Every_option_and_argument_that_takes_a_name_offers_its_names()
    {
        using var nowhere = new StringWriter();
        var terminal = new Terminal(nowhere, nowhere, OutIsTerminal: false, ErrorIsTerminal: false, Colour: false);
        var root = MmuProgram.Create().RootCommand(terminal);
        var verbs = CompletedVerb.Of(root).ToDictionary(v => v.Path);
        var without = new List<string>();
        foreach (var (path, command) in Under(root, ""))
        {
            without.AddRange(command.Options.Where(o => o.HelpName is not null)
                .Select(o => (Name: $"{path} {o.Name}", o.HelpName, Option: verbs[path].Options.FirstOrDefault(
                    c => c.Name == o.Name || c.Aliases.Contains(o.Name))))
                .Where(o => !FreeNames.Contains(o.Name) && Lacks(o.HelpName!, o.Option?.Values ?? []))
                .Select(o => o.Name));
            without.AddRange(command.Arguments.Where(a => Lacks(a.HelpName ?? "", verbs[path].Names))
                .Select(a => $"{path} {a.Name}"));
        }

        Assert.Empty(without);
    }

    // "4K|16K|64K" names its values, "MACHINE" and "NAME" stand for some. The others are numbers, files and texts.
    private static bool Lacks(string help, IReadOnlyList<string> offered)
    {
        string[] parts = help.TrimEnd('…', ',').Split('|');
        return parts.Any(p => p is "MACHINE" or "NAME" or "PROTOCOL" or "BUG" or "WHAT" or "SIZE" or "NAME=VALUE"
                && offered.Count == 0)
            || parts.Any(p => !p.Any(c => char.IsAsciiLetterUpper(c) && !p.EndsWith('K')) && !offered.Contains(p)
                && p.Length > 0 && p.All(char.IsAsciiLetterOrDigit));
    }

    private static IEnumerable<(string Path, Command Command)> Under(Command command, string path) =>
        command.Subcommands.SelectMany(c => Under(c, $"{path} {c.Name}".TrimStart())).Prepend((path, command));

    private static async Task<string> ScriptAsync(string shell)
    {
        var run = await CommandRun.WithoutSiloAsync("completion", shell);
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        return run.Out;
    }

    private static void AssertReplies(IReadOnlyList<string> replies, string line, string expected)
    {
        string last = line.Split(' ')[^1];
        // zsh and fish take --option=value for one word.
        string[] whole = [expected, $"{last[..(last.IndexOf('=', StringComparison.Ordinal) + 1)]}{expected}"];
        Assert.Contains(replies, whole.Contains);
        Assert.All(replies, r => Assert.Contains(
            (string[])[last, last[(last.IndexOf('=', StringComparison.Ordinal) + 1)..]],
            l => r.StartsWith(l, StringComparison.Ordinal)));
    }
}
