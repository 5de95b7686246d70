using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Interfaces.Machines;

/// <summary>The rule for the key of a machine, and of a run that is named as a machine is.</summary>
public static class MachineKey
{
    /// <summary>The rule in words.</summary>
    public const string Rule =
        "1 to 256 characters, not all of them spaces, without '/', control and format characters";

    private const int MaxLength = 256;

    /// <summary>Whether a text keeps the rule.</summary>
    public static bool IsValid(string key) =>
        key.Length <= MaxLength && !string.IsNullOrWhiteSpace(key) && !key.Contains('/', StringComparison.Ordinal)
        && OneLine.IsPlain(key);
}
