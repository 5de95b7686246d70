namespace Orleans.Mmu.Client.Terminals;

/// <summary>The program's output streams: results go to Out, everything else to Error.</summary>
/// <param name="OutIsTerminal">Whether Out is a terminal rather than a pipe or a file.</param>
/// <param name="ErrorIsTerminal">Whether Error, where progress goes, is a terminal.</param>
/// <param name="Colour">Whether colour is possible and wanted, see no-color.org.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal, bool Colour)
{
    /// <summary>The width in columns for a pipe, which has none: that of a usual terminal.</summary>
    public const int PipeWidth = 80;

    private const int LeastWidth = 40;

    /// <summary>The width of help, and of results on a terminal.</summary>
    public static int UsualWidth => Console.IsOutputRedirected ? PipeWidth : Math.Max(Console.WindowWidth, LeastWidth);

    // Console.WindowWidth asks the terminal itself, wherever results go; without one it is 0 or cannot be had.
    private static int WidthOfError()
    {
        try
        {
            return Math.Max(Console.WindowWidth, LeastWidth);
        }
        catch (IOException)
        {
            return PipeWidth;
        }
    }

    /// <summary>The clock by which progress is due; where it stands still, no progress is shown.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Takes over the line that says that the command was cancelled; false where another thread has it already.
    /// </summary>
    public Func<bool> TakesCancelledLine { get; init; } = static () => true;

    /// <summary>The process's own streams.</summary>
    public static Terminal OfProcess()
    {
        var output = StandardOutput.Open();
        // Libraries write to the console, too.
        Console.SetError(StandardError.Open());
        return new(
            output,
            Console.IsErrorRedirected ? Console.Error : new WrappedLines(Console.Error, WidthOfError),
            !Console.IsOutputRedirected,
            !Console.IsErrorRedirected,
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") != "dumb");
    }

    /// <summary>The style for results.</summary>
    public TextStyle Style => OutIsTerminal
        ? new(UsualWidth, Colour, Boxes: Console.OutputEncoding.CodePage == 65001)
        : new(Width, Colour: false, Boxes: false);

    /// <summary>The columns of a table where Out is no terminal.</summary>
    public int Width { get; init; } = PipeWidth;

    /// <summary>
    /// Writes a result for people. On a terminal, lines that are too long are broken at spaces; in a pipe a sentence
    /// stays on its line, so that grep finds it.
    /// </summary>
    public void WriteText(string text) => Out.Write(OutIsTerminal ? WrappedText.Of(text, Style.Width) : text);
}
