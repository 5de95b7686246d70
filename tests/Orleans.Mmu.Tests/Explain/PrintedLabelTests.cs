using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Checking.Counterexamples;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Names;
using Orleans.Mmu.Explain.Questions;
using Orleans.Mmu.Explain.Registers;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>What a verb prints as the name or the rule of something, mmu explain knows.</summary>
public sealed partial class PrintedLabelTests
{
    private static readonly Question Question = new(TranslationGeometry.Create(Granule.K4, 48), null);

    private static readonly string[] FoldersOfEvents =
        ["Checking/Counterexamples", "Checking/References", "Litmus/Checks"];

    [Fact]
    public void Every_label_of_events_and_verdicts_is_explained()
    {
        var labels = Property.All.SelectMany(p => new[] { p.Name, p.Rule })
            .Concat(AuditRule.All.Select(r => r.Name))
            .Concat(AuditRule.All.SelectMany(r => Function().Matches(r.Source)).Select(m => m.Value))
            .Concat(KernelBug.All.Select(b => b.Name))
            .Concat(BuiltInProtocols.Names)
            .Concat(Step.All.SelectMany(s => new[] { s.Text, StepRule.Of(s) }))
            .Concat(RulesOfEvents())
            .Concat(RulesInGoldenFiles())
            .Distinct().ToList();

        Assert.Contains("TCR_EL1.EPDn", labels);
        Assert.Contains("program order", labels);
        Assert.All(labels, label => Assert.NotEmpty(Question.Answer(label).Summary));
    }

    [Fact]
    public void Every_name_that_completion_offers_is_explained() => Assert.All(
        NamedThings.All.ToHashSet(),
        name => Assert.Equal(Question.Answer(name).Summary, Question.Answer(name.ToUpperInvariant()).Summary));

    [Fact]
    public void Every_register_that_lint_follows_or_passes_over_is_explained() => Assert.All(
        Enum.GetValues<CasemateRegister>().Where(r => r != CasemateRegister.Other).Select(CasemateWords.Spelling)
            .Concat(["TTBR0_EL3", "TTBR0_EL12", "SCTLR_EL12", "MAIR2_EL12", "TCRMASK_EL1", "HCRX_EL2",
                "ID_AA64MMFR4_EL1"]),
        name => Assert.NotNull(SystemRegisters.Find(name)));

    [Theory]
    [InlineData("writable-alias")]
    [InlineData("text-writable-alias")]
    [InlineData("writable-text-alias")]
    public void The_names_of_one_defect_lead_to_each_other(string name)
    {
        string[] all = ["writable-alias", "text-writable-alias", "writable-text-alias"];

        Assert.Superset(
            all.Where(n => n != name).ToHashSet(),
            Question.Answer(name).Sections.Single(s => s.Title == "other names of it").Fields.Select(f => f.Name)
                .ToHashSet());
    }

    [Fact]
    public void A_name_that_is_both_a_property_and_a_rule_of_an_audit_says_both() => Assert.Contains(
        Question.Answer("writable-and-executable").Sections.SelectMany(s => s.Fields),
        f => f is { Name: "writable-and-executable", Value: "audit" });

    [Fact]
    public void A_term_is_not_the_name_of_something_else() => Assert.All(
        Terms.All, t => Assert.Equal(ExplainedKind.Term, Question.Answer(t.Name).Kind));

    // The rules of events stand as literals where counterexamples are made.
    private static IEnumerable<string> RulesOfEvents() =>
        FoldersOfEvents
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", folder), "*.cs"))
            .SelectMany(file => Literal().Matches(File.ReadAllText(file))).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> RulesInGoldenFiles() =>
        Directory.EnumerateFiles(
                Path.Combine(Repository.Root, "tests", "Orleans.Mmu.Tests"), "*.*", SearchOption.AllDirectories)
            .Where(f => f.Contains("/golden/", StringComparison.Ordinal)
                && !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal)
                && Path.GetExtension(f) is ".txt" or ".json")
            .SelectMany(f => RuleInJson().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value);

    [GeneratedRegex("[A-Za-z_]+\\(\\)")]
    private static partial Regex Function();

    [GeneratedRegex("\"([A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_.]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("\"rule\": ?\"([^\"]+)\"")]
    private static partial Regex RuleInJson();
}
