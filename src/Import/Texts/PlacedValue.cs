using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Texts;

/// <summary>A value, and where it is given.</summary>
public sealed record PlacedValue<T>(T Value, FilePlace From)
{
    /// <summary>The place for comments and warnings.</summary>
    public string Place => From.ToString();

    public InputException Error(string message) => From.Error(message);
}
