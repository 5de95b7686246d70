using System.Text.RegularExpressions;

namespace Orleans.Mmu.Tests.House;

/// <summary>Pages are found from the index, and links lead somewhere.</summary>
public sealed partial class DocumentationTests
{
    private static IEnumerable<string> Pages => Directory.EnumerateFiles(Repository.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md"));

    [Fact]
    public void The_index_leads_to_every_page()
    {
        string docs = Path.Combine(Repository.Root, "docs");
        string index = File.ReadAllText(Path.Combine(docs, "index.md"));

        Assert.Empty(Directory.EnumerateFiles(docs, "*.md").Select(f => Path.GetFileName(f)!)
            .Where(page => page != "index.md" && !index.Contains($"]({page}", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Every_link_leads_to_a_file_and_to_a_heading_in_it()
    {
        var broken = from page in Pages
                     from link in Links().Matches(Code().Replace(File.ReadAllText(page), ""))
                     let target = link.Groups["target"].Value.Split('#')
                     let file = target[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, target[0])
                     where !Path.Exists(file) || (target.Length > 1 && !Headings(file).Contains(target[1]))
                     select $"{Path.GetFileName(page)}: {link.Groups["target"].Value}";

        Assert.Empty(broken);
    }

    [Fact]
    public void The_README_is_short()
    {
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count(), 60, 149);
    }

    // The anchors of headings, as forges make them.
    private static HashSet<string> Headings(string file) =>
    [
        .. File.ReadLines(file).Where(l => l.StartsWith('#')).Select(l => NotInAnchors().Replace(
            l.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-')),
        .. Names().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value),
    ];

    [GeneratedRegex(@"\]\((?<target>(?!https?:)[^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"^\s*```.*?^\s*```$|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("<a name=\"([^\"]+)\">")]
    private static partial Regex Names();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
