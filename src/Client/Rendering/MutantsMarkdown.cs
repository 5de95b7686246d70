using System.Globalization;
using System.Text;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The matrix of mutants in Markdown, for a page.</summary>
internal static class MutantsMarkdown
{
    public static string Render(CheckReport report, MutantMatrix matrix)
    {
        var text = new StringBuilder();
        string machine = report.Cpus is { } cpus
            ? Counted.Of(cpus, "CPU") : "any number of CPUs";
        string verdict = report.Verdict
            switch
        {
            CheckVerdict.Holds => "holds",
            CheckVerdict.Violated => $"is violated: {report.Property!.Name}",
            _ => "is not decided"
        };
        text.Append(CultureInfo.InvariantCulture, $"{report.Protocol} {verdict} on {machine}.\n");
        AppendRemovals(text, matrix);
        AppendOthers(text, matrix, Mutation.Swap, "Two neighbours exchanged");
        AppendOthers(text, matrix, Mutation.Mistake, "Other mistakes");
        AppendPairs(text, matrix);
        if (matrix.Mutants.Any(m => matrix.WhyRedundantOf(m) is not null))
            AppendReasons(text, matrix);
        return text.ToString();
    }

    private static void AppendRemovals(StringBuilder text, MutantMatrix matrix)
    {
        text.Append(
            "\n## One step removed\n\nA number is the length of the shortest way to a violation of the property, in " +
            "transitions.\n");
        var columns = matrix.Columns;
        foreach (var program in Enum.GetValues<CpuProgram>().Where(p => matrix.Removals(p).Any()))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n### {MutantWords.Performers(program)}\n\n| # | phase | step | " +
                $"verdict " +
                $"|");
            foreach (var column in columns)
                text.Append(CultureInfo.InvariantCulture, $" {column.Name} |");
            text.Append("\n|---|---|---|---|");
            foreach (var _ in columns)
                text.Append("---|");
            text.Append('\n');
            foreach (var row in matrix.Removals(program))
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {row.Mutant.Position} | {row.Mutant.Phase} | {Code(row.Mutant.Step)} | " +
                    $"{MutantWords.Verdict(row)} |");
                foreach (var column in columns)
                    text.Append(
                        row.Report.Violated.FirstOrDefault(v => v.Property == column) is { Property: not null } hit
                        ? string.Create(CultureInfo.InvariantCulture, $" {hit.Length} |") : " |");
                text.Append('\n');
            }
        }
    }

    private static void AppendOthers(StringBuilder text, MutantMatrix matrix, Mutation mutation, string title)
    {
        var rows = matrix.Mutants.Where(m => m.Mutant.Mutation == mutation).ToList();
        if (rows.Count == 0)
            return;
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n## {title}\n\n| phase | # | change | verdict | length |\n|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Mutant.Phase} | {MutantWords.Position(row)} | {Code(row.Mutant.Step)} | " +
                $"{MutantWords.Verdict(row)} | {MutantWords.Length(row)} |\n");
        }
    }

    private static void AppendPairs(StringBuilder text, MutantMatrix matrix)
    {
        text.Append("\n## Redundant alone, not together\n\n");
        if (matrix.Pairs.IsEmpty)
        {
            text.Append("No such pair.\n");
            return;
        }

        text.Append("| one step | and another | violated | length |\n|---|---|---|---|\n");
        foreach (var pair in matrix.Pairs)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"| {pair.A.Phase} {pair.A.Position} {Code(pair.A.Step)} | {pair.B.Phase} {pair.B.Position} " +
                $"{Code(pair.B.Step)} | {pair.Report.Property!.Name} | {pair.Report.Counterexample!.Length} |\n");
        }
    }

    private static void AppendReasons(StringBuilder text, MutantMatrix matrix)
    {
        text.Append("\n## Why a step may go\n\n| step | why |\n|---|---|\n");
        foreach (var row in matrix.Mutants)
        {
            if (matrix.WhyRedundantOf(row) is { } reason)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {row.Mutant.Phase} {row.Mutant.Position} {Code(row.Mutant.Step)} | {reason} |\n");
        }
    }

    // A bar ends a table cell, even inside code.
    private static string Code(string step) => $"`{step.Replace("|", "\\|", StringComparison.Ordinal)}`";
}
