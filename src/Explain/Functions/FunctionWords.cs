using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Explain.Functions;

/// <summary>A function of Linux in words, with the properties that rest on it.</summary>
internal static class FunctionWords
{
    public static Explanation Explain(LinuxFunction function)
    {
        var properties = Property.All.Where(p => LinuxFunctions.Find(p.Rule) == function).ToList();
        return new(ExplainedKind.Function, $"{function.Name}()", function.Says)
        {
            Sections =
            [
                new("in Linux", [new("file", function.Place, "")], []),
                .. properties.Count == 0 ? (IEnumerable<ExplanationSection>)[]
                    : [new("properties", [.. properties.Select(p => new ExplainedField(p.Name, "", p.Sentence))], [])],
            ],
        };
    }
}
