using System.Text.RegularExpressions;
using Orleans.Mmu.Fuzz.Cases;

namespace Orleans.Mmu.Fuzz.Inputs;

/// <summary>Changes a text by its lines, its words and its numbers, so that most of it can still be read.</summary>
internal sealed partial class TextMutations(Dice dice)
{
    private const int MostRepeats = 3000;

    public string Apply(string text) => dice.Below(10) switch
    {
        0 => Lines(text, lines => lines.RemoveAt(dice.Below(lines.Count))),
        1 => Lines(text, lines => lines.Insert(dice.Below(lines.Count), dice.Of(lines))),
        2 => Lines(text, lines => lines.InsertRange(
            dice.Below(lines.Count), Enumerable.Repeat(dice.Of(lines), dice.Length(MostRepeats)))),
        3 => Lines(text, Swap),
        4 or 5 or 6 => Replace(text, Number(), _ => dice.Of(OddWords.Numbers)),
        7 => Replace(text, Word(), _ => dice.Of(OddWords.Any)),
        8 => Replace(text, Word(), _ => Matches(text, Word()) is { Count: > 0 } words ? dice.Of(words).Value : ""),
        _ => Replace(text, Mark(), _ => dice.Of(OddWords.Marks)),
    };

    private void Swap(List<string> lines)
    {
        int a = dice.Below(lines.Count), b = dice.Below(lines.Count);
        (lines[a], lines[b]) = (lines[b], lines[a]);
    }

    private static string Lines(string text, Action<List<string>> change)
    {
        List<string> lines = [.. text.Split('\n')];
        change(lines);
        return string.Join('\n', lines);
    }

    private string Replace(string text, Regex what, Func<string, string> by)
    {
        var found = Matches(text, what);
        if (found.Count == 0)
            return text;
        var one = dice.Of(found);
        return text[..one.Index] + by(one.Value) + text[(one.Index + one.Length)..];
    }

    private static MatchCollection Matches(string text, Regex what) => what.Matches(text);

    [GeneratedRegex("0x[0-9a-fA-F]+|[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex("\"[^\"\n]*\"|[A-Za-z_][A-Za-z0-9_.-]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"[][(){},:;=|+*/\\""-]")]
    private static partial Regex Mark();
}
