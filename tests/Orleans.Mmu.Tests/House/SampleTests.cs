using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Orleans.Mmu.Tests.House;

/// <summary>The sample of the packages and the page about it say the same as the packages.</summary>
public sealed partial class SampleTests
{
    private static readonly string Sample = Path.Combine(Repository.Root, "samples", "RaceTests");

    [Fact]
    public void The_page_shows_the_sample_s_own_lines()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "testing.md"));
        string[] tests = [.. Directory.EnumerateFiles(Sample, "*.cs").Select(File.ReadAllText).Select(Flush)];
        var shown = Shown().Matches(page).Select(m => Flush(m.Groups[1].Value)).ToList();

        Assert.NotEmpty(shown);
        Assert.All(shown, block => Assert.Contains(tests, t => t.Contains(block, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_sample_asks_for_the_version_that_is_packed()
    {
        string version = XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props"))
            .Descendants("Version").Single().Value;
        var asked = XDocument.Load(Path.Combine(Sample, "RaceTests.csproj")).Descendants("PackageReference")
            .Single(r => r.Attribute("Include")!.Value == "Orleans.Mmu.Testing");

        Assert.Equal(version, asked.Attribute("Version")!.Value);
    }

    [Fact]
    public void The_packages_page_names_rooms()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "src", "PACKAGES.md"));

        Assert.All(Package().Matches(page).Select(m => m.Groups[1].Value),
            room => Assert.Contains(room, Rooms.FromTheGround));
    }

    private static string Flush(string code) =>
        string.Join('\n', code.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0));

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shown();

    [GeneratedRegex(@"`Orleans\.Mmu\.(\w+)`")]
    private static partial Regex Package();
}
