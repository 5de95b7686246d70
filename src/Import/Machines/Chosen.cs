using Orleans.Mmu.Import.Texts;

namespace Orleans.Mmu.Import.Machines;

/// <summary>A value of the machine file, and why it is this one.</summary>
/// <param name="Origin">Where the value comes from; for one that is assumed, why it was not known.</param>
/// <param name="Advice">For an assumed value, what would give the right one; null for a value that a file gives.
/// </param>
/// <param name="From">The file or the option that an error in the value names; null where none gives it.</param>
internal sealed record Chosen<T>(T Value, string Origin, string? Advice = null, FilePlace? From = null)
{
    public bool IsAssumed => Advice is not null;

    /// <summary>The comment beside the value.</summary>
    public string Comment => IsAssumed ? $"Assumed: {Origin}. To get it right: {Advice}." : Origin;

    /// <summary>The warning about an assumed value; nothing for one that a file gives.</summary>
    /// <param name="key">The key in the machine file.</param>
    /// <param name="shown">The value as the machine file has it; empty where it is too long.</param>
    public IEnumerable<string> Warnings(string key, string shown = "") =>
        IsAssumed ? [$"{key}{(shown.Length > 0 ? $" {shown}" : "")} is assumed: {Origin}; to get it right: {Advice}"]
            : [];
}
