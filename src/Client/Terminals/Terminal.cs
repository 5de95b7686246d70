namespace Orleans.Mmu.Client.Terminals;

/// <summary>The program's output streams: results go to Out, everything else to Error.</summary>
/// <param name="OutIsTerminal">Whether Out is a terminal rather than a pipe or a file.</param>
/// <param name="ErrorIsTerminal">Whether Error, where progress goes, is a terminal.</param>
/// <param name="Colour">Whether colour is possible and wanted, see no-color.org.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal, bool Colour)
{
    /// <summary>The width in columns for a pipe, which has none.</summary>
    public const int PipeWidth = 100;

    /// <summary>The clock by which progress is due; where it stands still, no progress is shown.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The process's own streams.</summary>
    public static Terminal OfProcess()
    {
        var output = StandardOutput.Open();
        // Libraries write to the console, too.
        Console.SetError(StandardError.Open());
        return new(
            output,
            Console.Error,
            !Console.IsOutputRedirected,
            !Console.IsErrorRedirected,
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") != "dumb");
    }

    /// <summary>The style for results.</summary>
    public TextStyle Style => OutIsTerminal
        ? new(Math.Max(Console.WindowWidth, 40), Colour, Boxes: Console.OutputEncoding.CodePage == 65001)
        : new(PipeWidth, Colour: false, Boxes: false);
}
