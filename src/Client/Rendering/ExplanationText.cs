using System.Text;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>An explanation as text: the answer first, then its parts. Sentences are wrapped at the width.</summary>
internal static class ExplanationText
{
    private const int Indent = 2;

    // A terminal that is narrower wraps the lines once more.
    private const int LeastColumn = 30;

    public static string Render(Explanation answer, TextStyle style)
    {
        var text = new StringBuilder();
        text.Append(style.Strong(OneLine.Of(answer.Subject))).Append('\n');
        Wrap(text, answer.Summary, 0, style.Width);
        foreach (var section in answer.Sections)
            Write(text, section, style);
        Write(text, answer, style);
        return text.ToString();
    }

    private static void Write(StringBuilder text, ExplanationSection section, TextStyle style)
    {
        text.Append('\n').Append(style.Strong(section.Title)).Append('\n');
        int name = section.Fields.Select(f => f.Name.Length).DefaultIfEmpty().Max();
        int value = section.Fields.Select(f => f.Value.Length).DefaultIfEmpty().Max();
        foreach (var field in section.Fields)
            Hang(text, $"{field.Name.PadRight(name)}  {field.Value.PadRight(value)}  ", field.Meaning, style.Width);
        foreach (string sentence in section.Sentences)
            Hang(text, "", sentence, style.Width);
    }

    private static void Write(StringBuilder text, Explanation answer, TextStyle style)
    {
        if (answer.Rules.Length > 0)
        {
            text.Append('\n').Append(style.Strong("rules of Arm")).Append('\n');
            // Where the question was the rule, the summary has said what it says.
            bool isRule = answer.Kind is ExplainedKind.Rule;
            foreach (var rule in answer.Rules)
                Hang(text, $"{rule.Label}  ", isRule ? DecidedBy(rule) : rule.Says, style.Width);
        }

        if (answer.Commands.Length == 0)
            return;
        text.Append('\n').Append(style.Strong("what to do next")).Append('\n');
        foreach (string command in answer.Commands)
            text.Append(' ', Indent).Append(command).Append('\n');
    }

    private static string DecidedBy(ArmRule rule) => rule.DecidedBy.IsEmpty
        ? "no command decides by it"
        : $"decides in {string.Join(", ", rule.DecidedBy.Select(v => $"mmu {v}"))}";

    // What follows the head stands in a column of its own.
    private static void Hang(StringBuilder text, string head, string sentence, int width)
    {
        text.Append(' ', Indent).Append(head);
        Wrap(text, sentence, Indent + head.Length, width);
    }

    private static void Wrap(StringBuilder text, string sentence, int column, int width)
    {
        WrappedText.Append(text, OneLine.Of(sentence), column, column, Math.Max(width, column + LeastColumn));
        text.Append('\n');
    }
}
