using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// Compares final states and flags of litmus tests with those of another model, one line for each test, and counts them
/// where there are several.
/// </summary>
internal static class AgreementText
{
    public static string Render(IReadOnlyList<LitmusOutput> outputs, TextStyle style)
    {
        var text = new StringBuilder();
        foreach (var output in outputs.Where(o => o.Result is not null))
        {
            string file = Path.GetFileName(output.File);
            if (output.Expected is null)
                text.Append(style.Faint($"unknown  {file}: nothing is expected of it")).Append('\n');
            else if (output.IsCut)
                Cut(text, output, file, style);
            else if (output.Agrees)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"agrees   {file}: {Counted.Of(output.Result!.States.Length, "final state")}\n");
            else
                Differ(text, output, file, style);
        }

        if (outputs.Count > 1)
            text.Append('\n').Append(AgreementTable.Render(outputs, style)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"{outputs.Count(o => o.Agrees)} of {outputs.Count} agree");
        Add(text, outputs.Count(o => o.Result is not null && o.Expected is null), "unknown");
        Add(text, outputs.Count(o => o.IsCut), "not decided");
        Add(text, outputs.Count(o => o.Result is null), "refused");
        text.Append('\n');
        return text.ToString();
    }

    // What was found counts; what was not found may still be there.
    private static void Cut(StringBuilder text, LitmusOutput output, string file, TextStyle style)
    {
        string states = Counted.Of(output.Result!.States.Length, "final state");
        text.Append(style.Faint($"cut      {file}: not decided, {states} so far")).Append('\n');
        foreach (string state in output.NotExpected)
            text.Append("         not expected: ").Append(state).Append('\n');
    }

    private static void Add(StringBuilder text, int count, string what)
    {
        if (count > 0)
            text.Append(CultureInfo.InvariantCulture, $", {count} {what}");
    }

    private static void Differ(StringBuilder text, LitmusOutput output, string file, TextStyle style)
    {
        text.Append(style.Bad($"differs  {file}")).Append('\n');
        var (found, expected) = (output.Result!, output.Expected!);
        foreach (string state in output.NotExpected)
            text.Append("         not expected: ").Append(state).Append('\n');
        foreach (string state in output.Missing)
            text.Append("         missing:      ").Append(state).Append('\n');
        foreach (string flag in found.Flags.Except(expected.Flags))
            text.Append("         not expected: ").Append(flag).Append('\n');
        foreach (string flag in expected.Flags.Except(found.Flags))
            text.Append("         missing:      ").Append(flag).Append('\n');
    }
}
