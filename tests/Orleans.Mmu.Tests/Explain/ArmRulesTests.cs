using System.Text.RegularExpressions;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>Arm's rules: every label that the project names is explained, with the verbs that decide by it.</summary>
public sealed partial class ArmRulesTests
{
    [Fact]
    public void Every_label_that_source_and_documents_name_is_explained()
    {
        var named = Sources("src", "*.cs").Concat(Sources("src", "*.protocol")).Concat(Sources("docs", "*.md"))
            .SelectMany(text => Label().Matches(text).Select(m => m.Value)).ToHashSet();

        Assert.True(named.Count >= 40);
        Assert.DoesNotContain(named, label => ArmRules.Find(label) is null);
    }

    [Theory]
    [InlineData("src/Traces", "lint")]
    [InlineData("src/Litmus", "litmus")]
    [InlineData("src/Checking", "check")]
    public void A_rule_that_a_room_names_is_decided_by_its_verb(string room, string verb)
    {
        var named = Sources(room, "*.cs").SelectMany(text => Label().Matches(text).Select(m => m.Value)).ToHashSet();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, label => !ArmRules.Of(label).DecidedBy.Contains(verb));
    }

    [Fact]
    public async Task Rules_name_verbs_that_exist()
    {
        var help = await Client.CommandRun.WithoutSiloAsync("--help");

        Assert.All(
            ArmRules.All.SelectMany(r => r.DecidedBy).Distinct(),
            verb => Assert.Contains($"\n  {verb} ", help.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_have_Arms_form_and_come_once()
    {
        Assert.All(ArmRules.All, rule => Assert.Matches("^[RI]_[A-Z]{5}$", rule.Label));
        Assert.Equal(ArmRules.All.Length, ArmRules.All.Select(r => r.Label).Distinct().Count());
        Assert.Equal("R_FVQCK", ArmRules.Find("r_fvqck")!.Label);
    }

    private static IEnumerable<string> Sources(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    [GeneratedRegex("\\b[RI]_[A-Z]{5}\\b")]
    private static partial Regex Label();
}
