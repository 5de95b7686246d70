using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Explain.Properties;

/// <summary>A property that verdicts name: what it requires, and by which rule.</summary>
internal static class PropertyWords
{
    public static Explanation Explain(Property property) =>
        new(ExplainedKind.Property, property.Name, property.Sentence)
        {
            Sections = ArmRules.Find(property.Rule) is null
                ? [new("in Linux", [new("function", property.Rule, "relies on it")], [])] : [],
            Rules = ArmRules.Find(property.Rule) is { } rule ? [rule] : [],
            Commands = ["mmu check --list", "mmu museum"],
        };
}
