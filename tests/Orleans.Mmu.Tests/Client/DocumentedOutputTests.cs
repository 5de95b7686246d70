using System.Text.RegularExpressions;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Pages that show output show what the program prints.</summary>
public sealed partial class DocumentedOutputTests
{
    public static TheoryData<string> Commands => [.. Blocks().Select(b => b.Command)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task What_a_page_shows_is_what_the_command_prints(string command)
    {
        var run = await CommandRun.WithoutSiloAsync(command.Split(' '));

        Assert.Equal(Blocks().First(b => b.Command == command).Output, run.Out);
        Assert.Equal("", run.Error);
    }

    private static IEnumerable<(string Command, string Output)> Blocks() =>
        Shown().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "museum.md")))
            .Select(m => (m.Groups["command"].Value, m.Groups["output"].Value));

    [GeneratedRegex(@"^```text\n\$ mmu (?<command>.*)\n(?<output>(?:(?!```).*\n)*)```$", RegexOptions.Multiline)]
    private static partial Regex Shown();
}
