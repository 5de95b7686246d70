using System.Globalization;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Texts;

/// <summary>A value, and where it is given.</summary>
/// <param name="File">The file, or the option of the command line.</param>
/// <param name="Line">The line; null where the file has the value alone.</param>
public sealed record PlacedValue<T>(T Value, string File, int? Line = null)
{
    /// <summary>The place for comments and warnings.</summary>
    public string Place => Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{File}:{line}") : File;

    public InputException Error(string message) => new(File, Line ?? 1, message);
}
