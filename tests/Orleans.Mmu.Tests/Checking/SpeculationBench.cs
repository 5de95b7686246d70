using System.Collections.Immutable;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Tests.Linux;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>A painted map, and CPUs that walk it while it changes.</summary>
internal static class SpeculationBench
{
    /// <summary>What the repaint does between two windows.</summary>
    public const string Split = "split [lm_alias(__init_begin), PAGE_END)";

    public static PaintedMap Map(params string[] secondaries) =>
        PaintedMap.Of(new TestMachine
        {
            Cpus = [TestMachine.Listed, .. secondaries],
            Memory =
            [(0x4000_0000, 0x4a01_3000)]
        }.Describe());

    public static SpeculatingCpu Online(MachineDescription machine, int id)
    {
        var cpu = new SpeculatingCpu(machine, id);
        cpu.Cpu.PowerOn();
        return cpu;
    }

    public static TableSnapshot After(PaintedMap map) =>
        map.Mode == BootMode.Repaint ? map.Repainted : map.Repaint(map.Painted);

    public static ImmutableArray<Step> Steps(string protocol, string phase) =>
        RepaintProtocols.Find(protocol)!.Phases.Single(p => p.Name == phase).Steps;
}
