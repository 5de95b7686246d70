using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.MachineFiles;

/// <summary>The section "cpus" of a machine file.</summary>
internal static class CpuSection
{
    public static ImmutableArray<CpuDescription> ReadCpus(JsonSource array)
    {
        var cpus = ImmutableArray.CreateBuilder<CpuDescription>();
        foreach (var item in array.AsArray())
        {
            item.WithKeys("midr", "count", "core", "bbm", "tlb", "late", "e0pd", "csv3");
            int count = item.Optional("count")?.AsInteger(1, MachineDescription.MaxCpus) ?? 1;
            if (cpus.Count + count > MachineDescription.MaxCpus)
                throw array.Error($"expected at most {MachineDescription.MaxCpus} CPUs, found more");
            var cpu = ReadCpu(item);
            if (cpu.Late && cpus.Count == 0)
                throw item.Required("late").Error("expected the first CPU to boot the machine, found it late");
            cpus.AddRange(Enumerable.Repeat(cpu, count));
        }

        return cpus.Count > 0 ? cpus.DrainToImmutable() : throw array.Error("expected at least one CPU, found none");
    }

    private static CpuDescription ReadCpu(JsonSource item)
    {
        var midr = item.Required("midr").AsMidr();
        var core = Core.Of(midr);
        if (item.Optional("core") is { } named)
            core = Core.Find(named.AsString())
                ?? throw named.Error($"expected a core such as \"Cortex-A76\", found {named.Found}"
                    + NearestName.Hint(named.AsString(), Core.Names));
        BbmLevel? bbm = item.Optional("bbm") is { } level ? (BbmLevel)level.AsInteger(0, 3) : null;
        TlbGeometry? tlb = null;
        if (item.Optional("tlb") is { } shape)
        {
            tlb = TlbGeometry.TryParse(shape.AsString(), out var parsed)
                ? parsed
                : throw shape.Error(string.Create(CultureInfo.InvariantCulture,
                    $"expected entries and ways such as \"1280x5\", at most {TlbGeometry.MaxEntries} entries, found "
                    + $"{shape.Found}"));
        }

        return new(midr, core, bbm, tlb, item.Optional("late")?.AsBoolean() ?? false,
            item.Optional("e0pd")?.AsBoolean(), item.Optional("csv3")?.AsBoolean());
    }
}
