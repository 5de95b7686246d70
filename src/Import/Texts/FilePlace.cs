using System.Globalization;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Texts;

/// <summary>Where an input gives a value.</summary>
/// <param name="File">The file, or the option of the command line.</param>
/// <param name="Line">The line, counted from 1; null for an option.</param>
public sealed record FilePlace(string File, int? Line = null)
{
    /// <summary>The place for comments and warnings; the first line goes without its number.</summary>
    public override string ToString() =>
        Line is > 1 and { } line ? string.Create(CultureInfo.InvariantCulture, $"{File}:{line}") : File;

    public InputException Error(string message) =>
        Line is { } line ? new(File, line, message) : new(File, message);
}
