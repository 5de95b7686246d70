using System.Text.RegularExpressions;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>The README shows what its commands print, but for times of the host and what it leaves out.</summary>
[Collection(nameof(OneSilo))]
public sealed partial class ReadmeTests(OneSilo lab)
{
    public static TheoryData<string> Blocks =>
    [
        .. Shown().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(m => m.Groups[1].Value),
    ];

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task A_block_shows_what_its_commands_print(string block)
    {
        string folder = Directory.CreateTempSubdirectory("mmu").FullName;
        string shown = "";
        string printed = "";
        foreach (string line in block.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("$ mmu ", StringComparison.Ordinal))
                printed += (await CommandRun.WithGrainsAsync(
                    lab.Grains, [.. line[6..].Split(' ').Select(Absolute)])).Out;
            else if (line != "  ...")
                shown += line + "\n";
        }

        var lines = Comparable(printed).Split('\n').ToList();
        int at = 0;
        foreach (string line in Comparable(shown).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int found = lines.IndexOf(line, at);
            Assert.True(found >= 0, $"expected \"{line}\", found:\n{printed}");
            at = found + 1;
        }

        string Absolute(string word) => word.StartsWith("docs/", StringComparison.Ordinal)
            ? Path.Combine(Repository.Root, word)
            : word.EndsWith(".json", StringComparison.Ordinal) ? Path.Combine(folder, word) : word;
    }

    private static string Comparable(string text) =>
        HostTime().Replace(text.Replace(Repository.Root + Path.DirectorySeparatorChar, ""), "N s");

    [GeneratedRegex(@"^```text\n(\$ mmu (?:(?!```).*\n)*)```$", RegexOptions.Multiline)]
    private static partial Regex Shown();

    [GeneratedRegex(@"\d+\.\d+ s\b")]
    private static partial Regex HostTime();
}
