using System.Globalization;

namespace Orleans.Mmu.Inputs;

/// <summary>A number and its noun in English: "1 CPU", "1,024 events".</summary>
public static class Counted
{
    /// <summary>The number with separators, and the noun in the singular for one.</summary>
    /// <param name="noun">The noun in the singular.</param>
    /// <param name="plural">Its plural; null where that ends in a further s.</param>
    public static string Of(long number, string noun, string? plural = null) => string.Create(
        CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? noun : plural ?? noun + "s")}");
}
