using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A table of plain text, laid out by Spectre.Console.</summary>
/// <param name="columns">Titles; a leading '>' marks a column of numbers, which is right-aligned.</param>
internal sealed class TextTable(params string[] columns)
{
    // A border, and a space on either side of a cell.
    private const int Frame = 3;

    private readonly List<string[]> _rows = [];

    public void AddRow(params string[] cells) => _rows.Add([.. cells.Select(c => OneLine.Of(c))]);

    /// <summary>
    /// The table, as wide as the style says if it can be: the titles of numbers are broken at spaces first, then texts.
    /// No word and no number is broken.
    /// </summary>
    public string Render(TextStyle style)
    {
        bool isNarrow = Width > style.Width;
        var table = new Table { Border = style.Boxes ? TableBorder.Rounded : TableBorder.Ascii2 };
        foreach (string column in columns)
        {
            bool numbers = column.StartsWith('>');
            string title = column.TrimStart('>');
            table.AddColumn(new TableColumn(new Text(numbers && isNarrow ? title.Replace(' ', '\n') : title))
            {
                Alignment = numbers ? Justify.Right : Justify.Left,
                NoWrap = numbers,
            });
        }

        foreach (string[] row in _rows)
            table.AddRow(row.Select(c => (IRenderable)new Text(c)));
        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            // Detection of a build server's terminal does not apply to output into a string.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = Math.Max(style.Width, Narrowest);
        console.Profile.Capabilities.Unicode = style.Boxes;
        console.Write(table);
        return string.Concat(
            writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd() + "\n"));
    }

    private int Narrowest => 1 + columns.Select((title, column) => Frame + _rows
        .Select(r => title.StartsWith('>') ? r[column].Length : LongestWord(r[column]))
        .Append(LongestWord(title.TrimStart('>'))).Max()).Sum();

    private static int LongestWord(string text) => text.Split(' ').Max(w => w.Length);

    private int Width => 1 + columns.Select((title, column) =>
        Frame + _rows.Select(r => r[column].Length).Append(title.TrimStart('>').Length).Max()).Sum();
}
