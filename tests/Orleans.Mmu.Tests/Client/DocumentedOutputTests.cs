using System.Text.RegularExpressions;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Pages that show output show what the program prints.</summary>
public sealed partial class DocumentedOutputTests
{
    private static readonly string[] Pages = ["museum.md", "tlb.md", "cost.md"];

    public static TheoryData<string> Commands => [.. Blocks().Select(b => b.Command)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task What_a_page_shows_is_what_the_command_prints(string command)
    {
        // Pages name files from the repository's root.
        var run = await CommandRun.IntoPipeAsync([.. command.Split(' ')
            .Select(w => w.StartsWith("tests/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, w) : w)]);

        Assert.Equal(Blocks().First(b => b.Command == command).Output, run.Out);
        // What takes long says how far it is.
        Assert.DoesNotContain(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => !line.EndsWith(" s)", StringComparison.Ordinal));
    }

    private static IEnumerable<(string Command, string Output)> Blocks() =>
        Pages.SelectMany(page => Shown().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", page))))
            .Select(m => (m.Groups["command"].Value, m.Groups["output"].Value));

    [GeneratedRegex(@"^```text\n\$ mmu (?<command>.*)\n(?<output>(?:(?!```).*\n)*)```$", RegexOptions.Multiline)]
    private static partial Regex Shown();
}
