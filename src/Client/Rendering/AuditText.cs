using System.Globalization;
using System.Text;
using Orleans.Mmu.Audit.Comparison;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Reports;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// An audit as text: what was read, figures, notes, a line for each finding and each difference, a verdict.
/// </summary>
internal static class AuditText
{
    // Of each rule, and of the differences; --json has all.
    private const int Most = 50;

    public static string Render(string file, AuditReport report, TextStyle style)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{file}: {Name(report.Kind)}, {report.Geometry}");
        if (report.Root is { } root)
            text.Append(CultureInfo.InvariantCulture, $", root at {root}");
        if (report.Release is { } release)
            text.Append(CultureInfo.InvariantCulture, $", Linux {OneLine.Of(release)}");
        text.Append('\n');
        text.Append(Counted.Of(report.Leaves, "leaf", "leaves")).Append(" in ")
            .Append(Counted.Of(report.Runs, "run"));
        if (report.Tables.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $", {Counted.Of(report.Tables.Values.Sum(), "table")}");
        text.Append('\n');
        foreach (var (name, kilobytes) in report.DirectMap)
            text.Append(CultureInfo.InvariantCulture, $"{name + ":",-15}{kilobytes,9} kB\n");
        foreach (string note in report.Notes)
            text.Append("note: ").Append(note).Append('\n');
        foreach (var rule in report.Findings.GroupBy(f => f.Rule))
            AppendFindings(text, [.. rule], style);
        if (report.Omitted > 0)
            text.Append(CultureInfo.InvariantCulture, $"and {Counted.Of(report.Omitted, "more finding")}\n");
        if (report.Comparison is { } comparison)
            AppendComparison(text, comparison, style);
        text.Append(report.IsWrong ? style.Bad(Verdict(file, report)) : style.Good(Verdict(file, report))).Append('\n');
        return text.ToString();
    }

    private static void AppendFindings(StringBuilder text, List<AuditFinding> findings, TextStyle style)
    {
        foreach (var finding in findings.Take(Most))
        {
            text.Append(style.Bad(finding.Rule.Name)).Append(CultureInfo.InvariantCulture,
                $" {finding.Start}-{finding.End} {finding.Message}");
            if (finding.Line is { } line)
                text.Append(CultureInfo.InvariantCulture, $" (line {line})");
            text.Append('\n');
        }

        if (findings.Count > Most)
            text.Append(CultureInfo.InvariantCulture,
                $"{findings[0].Rule.Name}: and {findings.Count - Most:N0} more\n");
    }

    private static void AppendComparison(StringBuilder text, MachineComparison comparison, TextStyle style)
    {
        foreach (var change in comparison.Changes.Take(Most))
            text.Append(CultureInfo.InvariantCulture,
                $"changed after boot: {change.Name} {change.Start} {change.Pages}\n");
        if (comparison.Changes.Count > Most)
            text.Append(CultureInfo.InvariantCulture,
                $"changed after boot: and {comparison.Changes.Count - Most:N0} more\n");
        foreach (var difference in comparison.Differences.Take(Most))
        {
            text.Append(style.Bad("differs")).Append(CultureInfo.InvariantCulture,
                $" {difference.Start}-{difference.End} expected {difference.Expected}, found {difference.Found}");
            if (comparison.Explanations.Count == 0 && difference.Explanation is { } why)
                text.Append(CultureInfo.InvariantCulture, $" ({why})");
            text.Append('\n');
        }

        if (comparison.Differences.Count > Most)
            text.Append(CultureInfo.InvariantCulture, $"differs: and {comparison.Differences.Count - Most:N0} more\n");
        if (comparison.Differences.Count == 0)
            text.Append(CultureInfo.InvariantCulture, $"the linear map is {comparison.Machine}'s\n");
        else if (comparison.Explanations.Count > 0)
            AppendExplanations(text, comparison.Explanations);
        else
            text.Append(comparison.WasTried ? "no rule that was tried explains all differences\n"
                : "no rule was tried, since so many differences are another machine's\n");
    }

    private static void AppendExplanations(StringBuilder text, IReadOnlyList<MapExplanation> explanations)
    {
        string before = "no difference remains if the map is";
        foreach (var explanation in explanations)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{before} {explanation.Rule}: the machine file should say {string.Join(", ", explanation.Edits)}\n");
            before = "or if it is";
        }
    }

    private static string Name(AuditedKind kind) => kind switch
    {
        AuditedKind.Ptdump => "a ptdump",
        AuditedKind.Tables => "dumped tables",
        AuditedKind.ElfCore => "an ELF core",
        AuditedKind.MemoryImage => "a memory image",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };

    private static string Verdict(string file, AuditReport report)
    {
        if (!report.IsWrong)
            return $"{file}: holds: nothing is wrong";
        var rules = report.Findings.GroupBy(f => f.Rule.Name)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count():N0} {g.Key}"));
        var differences = report.Comparison is { Differences.Count: > 0 and var count }
            ? [Counted.Of(count, "difference")]
            : Array.Empty<string>();
        return $"{file}: violated: {string.Join(", ", rules.Concat(differences))}";
    }
}
