using System.Globalization;

namespace Orleans.Mmu.Inputs;

/// <summary>An error in an input, with its line, where it has lines, and what was expected there.</summary>
public sealed class InputException : Exception
{
    /// <param name="source">The file.</param>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="message">What was expected, and what was found.</param>
    public InputException(string source, int line, string message)
        : base(OneLine(string.Create(CultureInfo.InvariantCulture, $"{source}:{line}: {message}")))
    {
    }

    /// <param name="source">What has no lines: an option of the command line, or a file that cannot be read.</param>
    /// <param name="message">What was expected, and what was found.</param>
    public InputException(string source, string message) : base(OneLine($"{source}: {message}"))
    {
    }

    // Keys and values are quoted from the input, which may hold line breaks and terminal control codes.
    private static string OneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(
            text.Select(
                c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString()))
        : text;
}
