using System.Globalization;

namespace Orleans.Mmu.Verdicts.Checks;

/// <summary>Numbers with their nouns, as reports of checks say them.</summary>
public static class Counted
{
    /// <summary>"1 CPU", "2 CPUs".</summary>
    public static string Cpus(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} CPU{(number == 1 ? "" : "s")}");
}
