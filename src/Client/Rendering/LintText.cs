using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The findings in a trace as text, and the verdict last.</summary>
internal static class LintText
{
    public static string Render(string file, IReadOnlyList<BbmLevel> levels, LintResult result, TextStyle style)
    {
        var text = new StringBuilder();
        string at = $"at {levels.Sentence()}";
        if (result.Violation is { } violation)
        {
            text.Append(violation.Reason).Append('\n');
            if (violation.Breaks)
                text.Append(CultureInfo.InvariantCulture, $"CPU {violation.Cpu} would break\n");
            AppendGroups(text, result.Groups);
            AppendWitnesses(text, result.Groups);
        }

        if (result.MayAbort > 0)
            text.Append(
                CultureInfo.InvariantCulture,
                $"note: {Counted.Of(result.MayAbort, "live change")} for which a CPU may take a TLB conflict abort " +
                $"(I_HYQMB, R_FCPSG)\n");
        foreach (string assumed in result.Assumed)
            text.Append(CultureInfo.InvariantCulture, $"note: assumed {assumed}\n");
        foreach (string note in result.Notes)
            text.Append(CultureInfo.InvariantCulture, $"note: {note}\n");
        text.Append(style.Faint(Counted.Of(result.Events, "event"))).Append('\n');
        if (result.Casemate is { } casemate)
            text.Append("casemate says: ").Append(OneLine.Of(casemate)).Append('\n');
        text.Append(result.Violation is { } found
            ? style.Bad($"{file}:{found.Line}: violation {at} in event {found.Event}")
            : style.Good($"{file}: legal {at}"));
        return text.Append('\n').ToString();
    }

    private static void AppendWitnesses(StringBuilder text, IReadOnlyList<LintGroup> groups)
    {
        foreach (var group in groups)
        {
            if (group.Witness is not { } witness)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"witness of event {group.First.Event}, CPU {witness.Cpu}: ");
            text.Append(witness.NotShown is { } why ? $"not shown: {why}\n" : "performed on its TLB\n");
            for (int i = 0; i < witness.Steps.Length; i++)
            {
                var step = witness.Steps[i];
                text.Append(CultureInfo.InvariantCulture, $"  {i + 1}. {Label(step.Kind)}{step.Text}\n");
                foreach (string entry in step.Holds)
                    text.Append("       ").Append(entry).Append('\n');
            }
        }
    }

    private static string Label(LintWitnessKind kind) => kind == LintWitnessKind.Missing ? "missing: " : "";

    // A single violation has been said in full.
    private static void AppendGroups(StringBuilder text, IReadOnlyList<LintGroup> groups)
    {
        long all = groups.Sum(g => g.Count);
        if (all == 1)
            return;
        text.Append(CultureInfo.InvariantCulture, $"{all:N0} violations:\n");
        foreach (var group in groups)
        {
            text.Append("  ").Append(group.Reason);
            if (group.Where is { } where)
                text.Append(" × ").Append(where);
            text.Append(CultureInfo.InvariantCulture, $": {group.Count:N0}, first in event {group.First.Event}\n");
        }
    }
}
