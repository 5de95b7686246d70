namespace Orleans.Mmu.Costs.Parameters;

/// <summary>A number that a cost model needs, and why it has the value it has.</summary>
/// <param name="Name">How the command line calls it.</param>
/// <param name="Value">Its value in <paramref name="Unit"/>.</param>
/// <param name="Unit">"ns", "cycles", …</param>
/// <param name="Origin">Whether it was published or measured, or is assumed.</param>
/// <param name="Source">Who says so, or what makes the assumption plausible.</param>
public sealed record CostParameter(string Name, double Value, string Unit, ParameterOrigin Origin, string Source);

/// <summary>Where a parameter's value comes from.</summary>
public enum ParameterOrigin
{
    /// <summary>Measured, and published.</summary>
    Published,

    /// <summary>Plausible, and no more than that.</summary>
    Assumed,

    /// <summary>Chosen so that the model gives a published result.</summary>
    Calibrated,

    /// <summary>Given by the user.</summary>
    Given,
}
