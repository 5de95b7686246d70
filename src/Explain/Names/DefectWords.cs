using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Explain.Names;

/// <summary>A rule of an audit, or a bug of released kernels, in words.</summary>
internal static class DefectWords
{
    public static Explanation Explain(AuditRule rule) => new(ExplainedKind.AuditRule, rule.Name, rule.Meaning)
    {
        Sections = [new("source", [], [rule.Source]), .. RelatedNames.Of(rule.Name)],
        Rules = [.. ArmRules.NamedIn(rule.Source)],
        Commands = ["mmu audit DUMP"],
    };

    public static Explanation Explain(KernelBug bug) => new(ExplainedKind.KernelBug, bug.Name, bug.Summary)
    {
        Sections =
        [
            new("kernels", [
                new("since", $"{bug.Since}", "the first version of these models that has it"),
                new("fixed in", $"{bug.FixedIn}", $"by {bug.Fix}"),
            ], []),
            .. RelatedNames.Of(bug.Name),
        ],
        Commands = [$"mmu museum {bug.Name}", $"mmu museum {bug.Name} --fixed"],
    };
}
