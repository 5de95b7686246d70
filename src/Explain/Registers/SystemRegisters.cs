using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>The registers that can be explained, by name.</summary>
internal static class SystemRegisters
{
    private const string OfGuest = "_EL12";

    /// <summary>All of them, without the names by which a host at EL2 reaches those of its guest.</summary>
    public static ImmutableArray<SystemRegister> All { get; } =
        [.. TableRegisters.All, .. ControlRegisters.All, .. ReportRegisters.All];

    private static readonly FrozenDictionary<string, SystemRegister> ByName =
        All.ToFrozenDictionary(r => r.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The register of a name in any case; null if it is not among them. TCR_EL12 and the like name the register of
    /// EL1, from EL2 with HCR_EL2.E2H = 1. A name without a level is that of EL1.
    /// </summary>
    public static SystemRegister? Find(string name)
    {
        if ((ByName.GetValueOrDefault(name) ?? ByName.GetValueOrDefault($"{name}_EL1")) is { } found)
            return found;
        if (!name.EndsWith(OfGuest, StringComparison.OrdinalIgnoreCase)
            || ByName.GetValueOrDefault($"{name[..^OfGuest.Length]}_EL1") is not { } guest)
        {
            return null;
        }

        return guest with
        {
            Name = name.ToUpperInvariant(),
            Holds = $"{guest.Name} as a host at EL2 names it while HCR_EL2.E2H is 1. {guest.Holds}",
        };
    }
}
