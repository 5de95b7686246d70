using System.Text;
using System.Text.RegularExpressions;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>
/// Text whose long lines are broken at spaces. Rows of tables stay as they are, and so does a word that is longer than
/// a line, such as a path.
/// </summary>
internal static partial class WrappedText
{
    private const string Borders = "|+│╭├╰";
    private const int Indent = 2;

    /// <summary>
    /// Breaks each line that is wider than <paramref name="width"/> columns. What follows stands under the line's last
    /// column that begins in its first half, else two columns to the right of the line.
    /// </summary>
    public static string Of(string text, int width)
    {
        var result = new StringBuilder(text.Length);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string plain = Colours().Replace(lines[i], "");
            if (plain.Length <= width || IsRowOfTable(plain))
                result.Append(lines[i]);
            else
                Append(result, lines[i], column: 0, Hanging(plain, width), width);
            if (i < lines.Length - 1)
                result.Append('\n');
        }

        return result.ToString();
    }

    /// <summary>Adds a line of which the first <paramref name="column"/> columns have been written.</summary>
    /// <param name="hanging">Where the lines that follow begin.</param>
    public static void Append(StringBuilder result, string line, int column, int hanging, int width)
    {
        bool isFirst = true;
        foreach (Match match in Words().Matches(line))
        {
            string gap = match.Groups["gap"].Value;
            string word = match.Groups["word"].Value;
            int length = Colours().Replace(word, "").Length;
            if (!isFirst && column + gap.Length + length > width)
            {
                result.Append('\n').Append(' ', hanging);
                column = hanging;
            }
            else
            {
                result.Append(gap);
                column += gap.Length;
            }

            result.Append(word);
            column += length;
            isFirst = false;
        }
    }

    private static bool IsRowOfTable(string line) =>
        line.Length > 0 && Borders.Contains(line[0], StringComparison.Ordinal);

    private static int Hanging(string line, int width)
    {
        int indent = line.Length - line.TrimStart(' ').Length;
        int hanging = indent + Indent;
        for (int at = indent + 1; at < line.Length && at <= width / 2; at++)
        {
            if (at > indent + 1 && line[at] != ' ' && line[at - 1] == ' ' && line[at - 2] == ' ')
                hanging = at;
        }

        return Math.Min(hanging, width / 2);
    }

    [GeneratedRegex(@"(?<gap> *)(?<word>[^ ]+)")]
    private static partial Regex Words();

    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Colours();
}
