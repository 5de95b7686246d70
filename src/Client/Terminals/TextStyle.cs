namespace Orleans.Mmu.Client.Terminals;

/// <summary>The style of text output.</summary>
/// <param name="Width">
/// Columns that a table may take, and at which, on a terminal, <see cref="Terminal.WriteText"/> breaks sentences.
/// </param>
/// <param name="Colour">Whether to use ANSI colours.</param>
/// <param name="Boxes">Whether tables use box characters; otherwise ASCII.</param>
internal sealed record TextStyle(int Width, bool Colour, bool Boxes)
{
    public string Good(string text) => Paint("32;1", text);

    public string Bad(string text) => Paint("31;1", text);

    public string Strong(string text) => Paint("1", text);

    public string Faint(string text) => Paint("2", text);

    private string Paint(string sgr, string text) => Colour ? $"\e[{sgr}m{text}\e[0m" : text;
}
