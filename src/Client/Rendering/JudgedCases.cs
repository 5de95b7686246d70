using System.Globalization;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Reports;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Explain.Rules;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>What the verbs found, as cases for CI systems, and the rules that they judge by.</summary>
internal static class JudgedCases
{
    private const string BreakBeforeMake = "break-before-make";
    private const string DiffersFromMachine = "differs-from-machine";
    private const string OtherFinalStates = "other-final-states";
    private const string UnexpectedVerdict = "unexpected-verdict";

    /// <summary>The rules of lint: Arm's, and one for what no label names.</summary>
    public static IReadOnlyList<SarifRule> LintRules { get; } =
    [
        .. ArmRules.All.Select(r => new SarifRule(r.Label, r.Says, "Arm Architecture Reference Manual, DDI 0487")),
        new(BreakBeforeMake, "A translation is changed as the architecture does not allow while it may be walked.",
            "Arm Architecture Reference Manual, DDI 0487, \"Using break-before-make\""),
    ];

    /// <summary>The rules of check: its properties, and a verdict that its author does not expect.</summary>
    public static IReadOnlyList<SarifRule> CheckRules { get; } =
    [
        .. Property.All.Select(p => new SarifRule(p.Name, p.Sentence, p.Rule)),
        new(UnexpectedVerdict, "A test whose file expects a violation holds.", "The line Verdict= of the test"),
    ];

    /// <summary>The rules of litmus.</summary>
    public static IReadOnlyList<SarifRule> LitmusRules { get; } =
        [new(OtherFinalStates, "The reachable final states are those that another model gives.", "--expected")];

    /// <summary>The rules of audit: its own, and what differs from a machine's map.</summary>
    public static IReadOnlyList<SarifRule> AuditRules { get; } =
    [
        .. AuditRule.All.Select(r => new SarifRule(r.Name, r.Meaning, r.Source)),
        new(DiffersFromMachine, "A leaf of the linear map differs from the one that the machine's kernel makes.",
            "The map that mmu map prints for the machine"),
    ];

    /// <summary>A case for each group of violations; one that passed where there is none.</summary>
    public static IReadOnlyList<JudgedCase> Of(string file, LintResult result) => result.Violation is null
        ? [new(file, file, CaseVerdict.Passed)]
        :
        [
            .. result.Groups.Select(g => new JudgedCase(
                result.Groups.Count == 1 ? file : g.Where is { } where ? $"{where}: {g.Reason}" : g.Reason, file,
                CaseVerdict.Failed, ArmRules.NamedIn(g.First.Reason).FirstOrDefault()?.Label ?? BreakBeforeMake,
                string.Create(
                    CultureInfo.InvariantCulture, $"event {g.First.Event}: {g.First.Reason}")
                    + (g.Count == 1 ? "" : string.Create(
                        CultureInfo.InvariantCulture, $" (the first of {g.Count:N0} such violations)")))
            {
                Line = (int)Math.Min(g.First.Line, int.MaxValue),
                Place = g.Where,
            }),
        ];

    /// <param name="name">The protocol's or the test's name.</param>
    /// <param name="file">Its file; the name where it is built in.</param>
    public static JudgedCase Of(string name, string file, CheckReport report) => report.Verdict switch
    {
        CheckVerdict.Holds => new(name, file, CaseVerdict.Passed),
        CheckVerdict.Violated => new(name, file, CaseVerdict.Failed, report.Property!.Name,
            report.Counterexample?.Message ?? report.Property.Sentence),
        CheckVerdict.NotDecided =>
            new(name, file, CaseVerdict.NotDecided, Message: report.Notes.FirstOrDefault()?.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(report), report.Verdict, "no such verdict"),
    };

    public static JudgedCase Of(LitmusSuiteRow row) => row.Report is null
        ? new(row.File, row.File, CaseVerdict.Error, Message: row.Error)
        : row.Report.Verdict == CheckVerdict.NotDecided
        ? new(row.Test!.Name, row.File, CaseVerdict.NotDecided, Message: row.Report.Notes.FirstOrDefault()?.Message)
        : row.IsAsExpected ? new(row.Test!.Name, row.File, CaseVerdict.Passed)
        : new(row.Test!.Name, row.File, CaseVerdict.Failed, row.Report.Property?.Name ?? UnexpectedVerdict,
            $"expected {row.Test.ExpectedVerdict ?? "holds"}, found {row.Verdict}");

    public static JudgedCase Of(LitmusOutput output) => output.Result is not { } found
        ? new(output.File, output.File, CaseVerdict.Error, Message: output.Error)
        : !found.IsComplete ? new(output.File, output.File, CaseVerdict.NotDecided)
        : output.Agrees || output.Expected is null ? new(output.File, output.File, CaseVerdict.Passed)
        : new(output.File, output.File, CaseVerdict.Failed, OtherFinalStates,
            $"expected {output.Expected.States.Length} final states, found {found.States.Length}; "
            + $"{output.NotExpected.Count()} were not expected and "
            + $"{output.Missing.Count()} are missing");

    /// <summary>A case for each finding and each difference; one that passed where there is neither.</summary>
    public static IReadOnlyList<JudgedCase> Of(string file, AuditReport report) => !report.IsWrong
        ? [new(file, file, CaseVerdict.Passed)]
        :
        [
            .. report.Findings.Select(f => new JudgedCase(
                $"{f.Start}-{f.End}", file, CaseVerdict.Failed, f.Rule.Name, $"{f.Start}-{f.End} {f.Message}")
            {
                Line = f.Line,
                Place = $"{f.Start}-{f.End}",
            }),
            .. (report.Comparison?.Differences ?? []).Select(d => new JudgedCase(
                $"{d.Start}-{d.End}", file, CaseVerdict.Failed, DiffersFromMachine,
                $"{d.Start}-{d.End} expected {d.Expected}, found {d.Found}"
                + (d.Explanation is { } why ? $" ({why})" : ""))
            {
                Place = $"{d.Start}-{d.End}",
            }),
        ];
}
