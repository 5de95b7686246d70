using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>The section "realm" of a machine file, for a kernel that runs in a realm.</summary>
internal static class RealmSection
{
    /// <summary>The realm; null where the file has none.</summary>
    public static KernelRealm? Read(JsonSource? section, KernelRules rules, IReadOnlyList<MemoryRange> memory)
    {
        if (section is null)
            return null;
        if (!rules.HasRealms)
            throw section.Error($"expected a kernel from {KernelRealm.Since} on, found {rules.Version}");
        section.WithKeys("ipaBits");
        var bits = section.Required("ipaBits");
        var realm = new KernelRealm(bits.AsInteger(KernelRealm.MinIpaBits, KernelRealm.MaxIpaBits));
        var end = memory.Max(m => m.End);
        return end <= realm.End ? realm
            : throw bits.Error($"expected memory below {realm.End}, half of the realm's addresses, found {end}");
    }
}
