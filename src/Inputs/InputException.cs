using System.Globalization;

namespace Orleans.Mmu.Inputs;

/// <summary>An error in an input, with its line and what was expected there.</summary>
public sealed class InputException(string source, int line, string message)
    : Exception(OneLine(string.Create(CultureInfo.InvariantCulture, $"{source}:{line}: {message}")))
{
    // Keys and values are quoted from the input, which may hold line breaks and terminal control codes.
    private static string OneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(
            text.Select(
                c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()))
        : text;
}
