using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A table of plain text, laid out by Spectre.Console.</summary>
internal sealed class TextTable
{
    private readonly Table _table = new();

    /// <param name="columns">Titles; a leading '>' marks a column of numbers, which is right-aligned.</param>
    public TextTable(params string[] columns)
    {
        foreach (string column in columns)
        {
            bool numbers = column.StartsWith('>');
            _table.AddColumn(new TableColumn(new Text(column.TrimStart('>')))
            {
                Alignment = numbers ? Justify.Right : Justify.Left,
                NoWrap = numbers,
            });
        }
    }

    public void AddRow(params string[] cells) => _table.AddRow(cells.Select(c => (IRenderable)new Text(OneLine.Of(c))));

    public string Render(TextStyle style)
    {
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
        console.Profile.Width = style.Width;
        console.Profile.Capabilities.Unicode = style.Boxes;
        _table.Border = style.Boxes ? TableBorder.Rounded : TableBorder.Ascii2;
        console.Write(_table);
        return string.Concat(
            writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd() + "\n"));
    }
}
