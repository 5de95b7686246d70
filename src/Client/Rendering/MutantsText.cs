using System.Globalization;
using System.Text;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The matrix of mutants as tables for people, with the protocol's own verdict last.</summary>
internal static class MutantsText
{
    public static string Render(CheckReport report, MutantMatrix matrix, TextStyle style)
    {
        var text = new StringBuilder();
        foreach (var program in Enum.GetValues<CpuProgram>().Where(p => matrix.Removals(p).Any()))
            Append(
                text, $"One step removed: {MutantWords.Performers(program)}", "step", matrix.Removals(program), style);
        Append(text, "Two neighbours exchanged", "change", Of(matrix, Mutation.Swap), style);
        Append(text, "Other mistakes", "change", Of(matrix, Mutation.Mistake), style);
        AppendPairs(text, matrix);
        AppendReasons(text, matrix);
        int violated = matrix.Mutants.Count(m => m.Report.Verdict == CheckVerdict.Violated);
        text.Append(CultureInfo.InvariantCulture,
            $"{violated:N0} of {Counted.Of(matrix.Mutants.Length, "mutant")} violate a property; the length is that ")
            .Append("of the shortest way there, in transitions\n");
        return text.Append(CheckText.Verdict(report, style)).Append('\n').ToString();
    }

    private static IEnumerable<MutantVerdict> Of(MutantMatrix matrix, Mutation mutation) =>
        matrix.Mutants.Where(m => m.Mutant.Mutation == mutation);

    private static void Append(
        StringBuilder text, string title, string change, IEnumerable<MutantVerdict> mutants, TextStyle style)
    {
        var rows = mutants.ToList();
        if (rows.Count == 0)
            return;
        var table = new TextTable("phase", ">#", change, "verdict", ">length");
        foreach (var row in rows)
        {
            table.AddRow(
                row.Mutant.Phase, MutantWords.Position(row), row.Mutant.Step, MutantWords.Verdict(row),
                MutantWords.Length(row));
        }

        text.Append(style.Strong(title)).Append('\n').Append(table.Render(style)).Append('\n');
    }

    private static void AppendPairs(StringBuilder text, MutantMatrix matrix)
    {
        if (matrix.Pairs.IsEmpty)
            return;
        text.Append("Redundant alone, not together\n");
        foreach (var pair in matrix.Pairs)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  {pair.A.Phase} {pair.A.Position} {pair.A.Step}, and {pair.B.Phase} {pair.B.Position} " +
                $"{pair.B.Step}: {pair.Report.Property!.Name} ({pair.Report.Counterexample!.Length})\n");
        }

        text.Append('\n');
    }

    private static void AppendReasons(StringBuilder text, MutantMatrix matrix)
    {
        var rows = matrix.Mutants.Where(m => matrix.WhyRedundantOf(m) is not null).ToList();
        if (rows.Count == 0)
            return;
        text.Append("Why a step may go\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  {row.Mutant.Phase} {row.Mutant.Position} {row.Mutant.Step}: {matrix.WhyRedundantOf(row)}\n");
        }

        text.Append('\n');
    }
}
