using System.Globalization;

namespace Orleans.Mmu.Linux.Costs;

/// <summary>A parameter of the cost models, with the reason for its value.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Value">Its value in <paramref name="Unit"/>.</param>
/// <param name="Unit">"ns", "cycles", …</param>
/// <param name="Origin">Whether it was published, calibrated or given, or is assumed.</param>
/// <param name="Source">The publication, or what makes the assumption plausible.</param>
public sealed record CostParameter(string Name, double Value, string Unit, ParameterOrigin Origin, string Source)
{
    /// <summary>"166 ns", "1 page": the value with its unit, if it has one.</summary>
    public string Quantity => string.Create(
        CultureInfo.InvariantCulture, $"{Value} {(Value == 1 ? One(Unit) : Unit)}").TrimEnd();

    private static string One(string unit) => unit switch
    {
        "pages" => "page",
        "misses" => "miss",
        "cycles" => "cycle",
        _ => unit,
    };
}

/// <summary>Where a parameter's value comes from.</summary>
public enum ParameterOrigin
{
    /// <summary>Measured and published.</summary>
    Published,

    /// <summary>Plausible, without a measurement.</summary>
    Assumed,

    /// <summary>Chosen so that the model reproduces a published result.</summary>
    Calibrated,

    /// <summary>Given by the user.</summary>
    Given,
}
