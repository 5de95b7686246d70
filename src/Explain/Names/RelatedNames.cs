using System.Collections.Immutable;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Explain.Names;

/// <summary>
/// The names of one defect: as a property of boot and check, as a rule of audit, and as a bug of released kernels.
/// </summary>
internal static class RelatedNames
{
    private static readonly ImmutableArray<ImmutableArray<string>> Defects =
    [
        Defect(Property.WritableAlias, AuditRule.TextWritableAlias, KernelBug.WritableTextAlias),
        Defect(Property.WritableAndExecutable, AuditRule.ExecutableLinearMap),
        Defect(Property.MixedGroup, AuditRule.MixedContiguousGroup),
        Defect(Property.BrokenGroup, AuditRule.MixedContiguousGroup),
        Defect(Property.WrongPage, AuditRule.WrongOutputAddress),
        Defect(Property.KernelPanic, null, KernelBug.HotAddPanics),
        Defect(Property.UnkeptPermission, null, KernelBug.AliasErrorIgnored),
    ];

    /// <summary>The other names of a defect, with the commands that print them; empty where it has none.</summary>
    public static ImmutableArray<ExplanationSection> Of(string name)
    {
        var fields = Defects.Where(d => d.Contains(name)).SelectMany(d => d).Distinct().Where(n => n != name)
            .SelectMany(Uses)
            .Concat(Uses(name).Skip(1)).ToImmutableArray();
        return fields.IsEmpty ? [] : [new("other names of it", fields, [])];
    }

    private static IEnumerable<ExplainedField> Uses(string name)
    {
        if (Property.All.FirstOrDefault(p => p.Name == name) is { } property)
            yield return new(name, "boot, check", property.Sentence);
        if (AuditRule.All.FirstOrDefault(r => r.Name == name) is { } rule)
            yield return new(name, "audit", rule.Meaning);
        if (KernelBug.Find(name) is { } bug)
            yield return new(name, "museum, machine files", bug.Summary);
    }

    private static ImmutableArray<string> Defect(Property property, AuditRule? rule, KernelBug? bug = null) =>
        [.. ((string?[])[property.Name, rule?.Name, bug?.Name]).OfType<string>()];
}
