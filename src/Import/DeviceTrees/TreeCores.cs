using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Import.DeviceTrees;

/// <summary>The core of a CPU's node, by the node's property compatible.</summary>
internal static class TreeCores
{
    // Names that differ from the core's own: Documentation/devicetree/bindings/arm/cpus.yaml of Linux.
    private static readonly (string Compatible, string Core)[] Partners =
    [
        ("apple,avalanche", "Apple Avalanche"),
        ("apple,firestorm", "Apple Firestorm"),
        ("brcm,vulcan", "Broadcom Vulcan"),
        ("cavium,thunder", "Cavium ThunderX"),
        ("cavium,thunder2", "Cavium ThunderX2"),
        ("nvidia,tegra132-denver", "NVIDIA Denver"),
        ("nvidia,tegra186-denver", "NVIDIA Denver"),
        ("nvidia,tegra194-carmel", "NVIDIA Carmel"),
        ("samsung,mongoose-m3", "Exynos M3"),
    ];

    /// <summary>The core that the first known of some names has; null where none is known.</summary>
    public static Core? Find(IEnumerable<string> compatible) =>
        compatible.Select(Find).FirstOrDefault(core => core is not null);

    // Arm's cores: "arm,neoverse-v3".
    private static Core? Find(string compatible)
    {
        if (Partners.FirstOrDefault(p => p.Compatible == compatible).Core is { } partner)
            return Core.Find(partner);
        string name = compatible[(compatible.IndexOf(',', StringComparison.Ordinal) + 1)..];
        return Core.Names.FirstOrDefault(n =>
            n.Replace(' ', '-').Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known
                ? Core.Find(known) : null;
    }
}
