using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>An audit's findings and differences as SARIF.</summary>
internal static class AuditSarif
{
    private const string DiffersFromMachine = "differs-from-machine";

    private static readonly SarifRule[] Rules =
    [
        .. AuditRule.All.Select(r => new SarifRule(r.Name, r.Meaning, r.Source)),
        new(DiffersFromMachine, "A leaf of the linear map differs from the one that the machine's kernel makes.",
            "The map that mmu map prints for the machine"),
    ];

    public static string Render(string file, AuditReport report) => SarifLog.Render("audit", Rules,
        report.Findings.Select(f => new SarifResult(f.Rule.Name, $"{f.Start}-{f.End} {f.Message}", file, f.Line,
            $"{f.Start}-{f.End}")).Concat(
            (report.Comparison?.Differences ?? []).Select(d => new SarifResult(DiffersFromMachine,
                $"{d.Start}-{d.End} expected {d.Expected}, found {d.Found}"
                + (d.Explanation is { } why ? $" ({why})" : ""),
                file, null, $"{d.Start}-{d.End}"))));
}
