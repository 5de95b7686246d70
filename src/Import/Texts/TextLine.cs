using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Texts;

/// <summary>A line of a file.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Text">The line without its end, be it a line feed or a carriage return and a line feed.</param>
public readonly record struct TextLine(int Number, string Text)
{
    private const int MostQuoted = 60;

    public bool IsBlank => string.IsNullOrWhiteSpace(Text);

    /// <summary>The line as an error message quotes it.</summary>
    public string Found => Quote(Text);

    /// <summary>A text in quotes, on one line and cut where it is long.</summary>
    public static string Quote(string text)
    {
        string cut = text.Length > MostQuoted ? text[..MostQuoted] + "…" : text;
        return $"\"{OneLine.Of(cut)}\"";
    }
}
