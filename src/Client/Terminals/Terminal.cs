namespace Orleans.Mmu.Client.Terminals;

/// <summary>Where the program writes: results to Out, everything else to Error.</summary>
/// <param name="OutIsTerminal">A person reads Out as it comes; otherwise it is a pipe or a file.</param>
/// <param name="ErrorIsTerminal">The same for Error, where progress goes.</param>
/// <param name="Colour">Colour is possible and wanted, see no-color.org.</param>
public sealed record Terminal(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal, bool Colour)
{
    /// <summary>Columns of a pipe, which has none.</summary>
    public const int PipeWidth = 100;

    /// <summary>The process's own streams.</summary>
    public static Terminal OfProcess() => new(
        Console.Out,
        Console.Error,
        !Console.IsOutputRedirected,
        !Console.IsErrorRedirected,
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb");

    /// <summary>How to write results.</summary>
    public TextStyle Style => OutIsTerminal
        ? new(Math.Max(Console.WindowWidth, 40), Colour, Boxes: Console.OutputEncoding.CodePage == 65001)
        : new(PipeWidth, Colour: false, Boxes: false);
}
