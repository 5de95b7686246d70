namespace Orleans.Mmu.Client.Terminals;

/// <summary>How text for people looks.</summary>
/// <param name="Width">Columns that a table may take. Lines of text are never folded, so that they can be searched.</param>
/// <param name="Colour">ANSI colours.</param>
/// <param name="Boxes">Tables drawn with box characters; otherwise with ASCII.</param>
public sealed record TextStyle(int Width, bool Colour, bool Boxes)
{
    public string Good(string text) => Paint("32;1", text);

    public string Bad(string text) => Paint("31;1", text);

    public string Strong(string text) => Paint("1", text);

    public string Faint(string text) => Paint("2", text);

    private string Paint(string sgr, string text) => Colour ? $"\e[{sgr}m{text}\e[0m" : text;
}
