using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Barriers;
using Orleans.Mmu.Explain.Functions;
using Orleans.Mmu.Explain.Levels;
using Orleans.Mmu.Explain.Properties;
using Orleans.Mmu.Explain.Registers;
using Orleans.Mmu.Explain.Rules;
using Orleans.Mmu.Explain.Tlbis;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Explain.Names;

/// <summary>Everything that has a name of its own and can be explained by it.</summary>
public static partial class NamedThings
{
    // The feature, and what Linux calls its levels 2 and 3.
    private static readonly ImmutableArray<string> Levels =
        ["bbm", "FEAT_BBM", "BBML1", "BBML2", "BBML2_NOABORT", "BBML3"];

    /// <summary>All names, for completion and for the nearest of a mistyped one.</summary>
    public static IEnumerable<string> All =>
    [
        .. ArmRules.All.Select(r => r.Label), .. Property.All.Select(p => p.Name), Levels[0],
        .. AuditRule.All.Select(r => r.Name), .. KernelBug.All.Select(b => b.Name), .. BuiltInProtocols.Names,
        .. Terms.All.Select(t => t.Name), .. LinuxFunctions.All.Select(f => f.Name),
        .. SystemRegisters.All.Select(r => r.Name), .. Step.All.Select(s => s.Text),
        .. BarrierForm.All.Select(b => b.Text), .. TlbiForm.Names.Select(n => $"tlbi {n}"),
    ];

    /// <summary>What a name means, in any case; null if nothing has it.</summary>
    public static Explanation? Find(string name)
    {
        if (ArmRules.Find(name) is { } rule)
            return new(ExplainedKind.Rule, rule.Label, rule.Says) { Rules = [rule] };
        if (Property.All.FirstOrDefault(p => Same(p.Name)) is { } property)
        {
            var words = PropertyWords.Explain(property);
            return words with { Sections = [.. words.Sections, .. RelatedNames.Of(property.Name)] };
        }

        if (AuditRule.All.FirstOrDefault(r => Same(r.Name)) is { } audited)
            return DefectWords.Explain(audited);
        if (KernelBug.All.FirstOrDefault(b => Same(b.Name)) is { } bug)
            return DefectWords.Explain(bug);
        if (Levels.Any(Same) || LevelOfBbm().IsMatch(name))
            return BbmLevelWords.Explain();
        if (Terms.Find(name) is { } term)
            return Terms.Explain(term);
        if (LinuxFunctions.Find(name) is { } function)
            return FunctionWords.Explain(function);
        return BuiltInProtocols.Names.FirstOrDefault(Same) is { } protocol
            ? ProtocolWords.Explain(BuiltInProtocols.Find(protocol)!) : null;

        bool Same(string known) => known.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    // As verdicts print it: "BBM level 0", "FEAT_BBM level 2".
    [GeneratedRegex("^(?:FEAT_)?BBM (?:level )?[0-3]$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LevelOfBbm();
}
