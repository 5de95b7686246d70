using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>
/// Steps on one line, with semicolons between. A step's own text may have a semicolon ("flag = 1; smp_mb"), so the
/// longest text that is a step is taken first.
/// </summary>
internal static class StepLine
{
    private const char Separator = ';';

    private static readonly int MostParts = Step.All.Max(s => s.Text.Count(c => c == Separator)) + 1;

    /// <summary>The steps of a line.</summary>
    /// <param name="unknown">The first part that is no step; null where all are.</param>
    public static ImmutableArray<Step> Read(string line, out string? unknown)
    {
        string[] parts = [.. line.Split(Separator).Select(StepSpacing.Usual)];
        // A semicolon may also end a line.
        int end = parts.Length > 1 && parts[^1].Length == 0 ? parts.Length - 1 : parts.Length;
        var steps = ImmutableArray.CreateBuilder<Step>();
        unknown = null;
        for (int at = 0; at < end;)
        {
            int taken = Math.Min(MostParts, end - at);
            Step? step = null;
            while (taken > 0 && !Step.TryParse(string.Join("; ", parts[at..(at + taken)]), out step))
                taken--;
            if (step is null)
            {
                unknown = parts[at];
                break;
            }

            steps.Add(step);
            at += taken;
        }

        return steps.ToImmutable();
    }

    /// <summary>
    /// The text before its comment. A number sign begins one, except between a comma and a digit: "msr daifset, #2".
    /// </summary>
    public static string WithoutComment(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            bool isImmediate = at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])
                && text[..at].TrimEnd().EndsWith(',');
            if (text[at] == '#' && !isImmediate)
                return text[..at];
        }

        return text;
    }

    /// <summary>The text with one space wherever it has several spaces or tabs, and none around it.</summary>
    public static string Spaced(string text) =>
        string.Join(' ', text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
}
