using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Linux.Cpus;

/// <summary>The published properties of a core.</summary>
/// <param name="Midr">Implementer and part.</param>
/// <param name="Name">The vendor's name.</param>
/// <param name="Bbm">ID_AA64MMFR2_EL1.BBM; null if no source states it.</param>
public sealed record Core(Midr Midr, string Name, BbmLevel? Bbm = null)
{
    private static readonly Dictionary<Midr, Core> Catalogue = Known().ToDictionary(c => c.Midr);

    /// <summary>The core with a MIDR; a core outside the catalogue is named by its numbers.</summary>
    public static Core Of(Midr midr) =>
        Catalogue.TryGetValue(midr.Model, out var core)
            ? core
            : new(midr.Model, $"implementer 0x{midr.Implementer:x2} part 0x{midr.Part:x3}");

    /// <summary>Finds a core by its name, ignoring case.</summary>
    public static Core? Find(string name) =>
        Catalogue.Values.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The core's last-level TLB, if a reference manual or a measurement gives its entries and ways.</summary>
    public TlbGeometry? Tlb => CoreTlbs.Of(Name)?.Second;

    public static IEnumerable<string> Names => Catalogue.Values.Select(c => c.Name);

    private static IEnumerable<Core> Known()
    {
        const int arm = 0x41;
        const int ampere = 0xc0;
        var level0 = BbmLevel.Level0;
        var level2 = BbmLevel.Level2;
        return
        [
            new(Midr.Of(arm, 0xd03), "Cortex-A53", level0),
            new(Midr.Of(arm, 0xd04), "Cortex-A35", level0),
            new(Midr.Of(arm, 0xd05), "Cortex-A55", level0),
            new(Midr.Of(arm, 0xd07), "Cortex-A57", level0),
            new(Midr.Of(arm, 0xd08), "Cortex-A72", level0),
            new(Midr.Of(arm, 0xd09), "Cortex-A73", level0),
            new(Midr.Of(arm, 0xd0a), "Cortex-A75", level0),
            new(Midr.Of(arm, 0xd0b), "Cortex-A76", level0),
            new(Midr.Of(arm, 0xd0c), "Neoverse-N1", level0),
            new(Midr.Of(arm, 0xd40), "Neoverse-V1", level2),
            new(Midr.Of(arm, 0xd41), "Cortex-A78"),
            new(Midr.Of(arm, 0xd44), "Cortex-X1"),
            new(Midr.Of(arm, 0xd46), "Cortex-A510"),
            new(Midr.Of(arm, 0xd47), "Cortex-A710", level2),
            new(Midr.Of(arm, 0xd48), "Cortex-X2"),
            new(Midr.Of(arm, 0xd49), "Neoverse-N2", level2),
            new(Midr.Of(arm, 0xd4d), "Cortex-A715"),
            new(Midr.Of(arm, 0xd4e), "Cortex-X3"),
            new(Midr.Of(arm, 0xd4f), "Neoverse-V2"),
            new(Midr.Of(arm, 0xd80), "Cortex-A520"),
            new(Midr.Of(arm, 0xd81), "Cortex-A720"),
            new(Midr.Of(arm, 0xd82), "Cortex-X4", level2),
            new(Midr.Of(arm, 0xd83), "Neoverse-V3AE", level2),
            new(Midr.Of(arm, 0xd84), "Neoverse-V3", level2),
            new(Midr.Of(arm, 0xd85), "Cortex-X925"),
            new(Midr.Of(arm, 0xd87), "Cortex-A725"),
            new(Midr.Of(arm, 0xd88), "Cortex-A520AE"),
            new(Midr.Of(arm, 0xd89), "Cortex-A720AE"),
            new(Midr.Of(arm, 0xd8a), "C1-Nano"),
            new(Midr.Of(arm, 0xd8b), "C1-Pro"),
            new(Midr.Of(arm, 0xd8c), "C1-Ultra"),
            new(Midr.Of(arm, 0xd8e), "Neoverse-N3"),
            new(Midr.Of(arm, 0xd90), "C1-Premium"),
            new(Midr.Of(ampere, 0xac3), "AmpereOne", level2),
            new(Midr.Of(ampere, 0xac4), "AmpereOne-A", level2),
            new(Midr.Of(0x4e, 0x010), "NVIDIA Olympus", level2),
            // Microsoft's name of a Neoverse-N2.
            new(Midr.Of(0x6d, 0xd49), "Azure Cobalt 100", level2),
            // Partners' cores, as cputype.h of Linux and lscpu of util-linux name them.
            new(Midr.Of(0x42, 0x516), "Broadcom Vulcan"),
            new(Midr.Of(0x43, 0x0a1), "Cavium ThunderX"),
            new(Midr.Of(0x43, 0x0af), "Cavium ThunderX2"),
            new(Midr.Of(0x46, 0x001), "Fujitsu A64FX"),
            new(Midr.Of(0x48, 0xd01), "Kunpeng 920"),
            new(Midr.Of(0x48, 0xd40), "HiSilicon Cortex-A76"),
            new(Midr.Of(0x4e, 0x003), "NVIDIA Denver"),
            new(Midr.Of(0x4e, 0x004), "NVIDIA Carmel"),
            new(Midr.Of(0x51, 0x800), "Kryo 2xx Gold"),
            new(Midr.Of(0x51, 0x801), "Kryo 2xx Silver"),
            new(Midr.Of(0x51, 0x802), "Kryo 3xx Gold"),
            new(Midr.Of(0x51, 0x803), "Kryo 3xx Silver"),
            new(Midr.Of(0x51, 0x804), "Kryo 4xx Gold"),
            new(Midr.Of(0x51, 0x805), "Kryo 4xx Silver"),
            new(Midr.Of(0x53, 0x002), "Exynos M3"),
            new(Midr.Of(0x61, 0x023), "Apple Firestorm"),
            new(Midr.Of(0x61, 0x033), "Apple Avalanche"),
        ];
    }
}
