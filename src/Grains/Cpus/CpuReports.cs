using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>A CPU as people see it.</summary>
internal static class CpuReports
{
    public static CpuReport Of(MachineHandle machine, int id, SpeculatingCpu cpu)
    {
        var description = machine.Description.Cpus[id];
        return new()
        {
            Id = id,
            Midr = description.Midr.Value,
            Core = description.Core.Name,
            BbmLevel = (int)description.Bbm,
            BbmIsAssumed = description.BbmIsAssumed,
            SplitsLive = description.KernelTrusts(machine.Description.Rules),
            State = cpu.Cpu.State,
            Ttbr1 = RootSymbol.Of(cpu.Cpu.Ttbr1),
            TlbEntries = cpu.Cpu.Processor.Tlb.Count,
        };
    }
}
