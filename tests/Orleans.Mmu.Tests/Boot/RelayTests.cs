using System.Collections.Concurrent;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Testing.Faults;
using Orleans.Mmu.Testing.Laboratories;
using Orleans.Mmu.Testing.Machines;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>A machine whose CPUs live in two silos: those of the other one are called through a relay.</summary>
public class RelayTests
{
    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.Duplicate)]
    [InlineData(Fault.Lose)]
    [InlineData(Fault.LoseAnswer)]
    public async Task A_boot_ends_in_the_same_way_whatever_becomes_of_a_relay(Fault fault)
    {
        await using var lab = await Laboratory.StartAsync(
            2, o => (o.Placement, o.AnswerTimeout) = (MachineSpread.Spread, TestLimit.Length));
        var relayed = new ConcurrentDictionary<string, int>();
        lab.Faults.Fate = (method, _) =>
        {
            if (method is not (nameof(ICpuRelayGrain.PerformAll) or nameof(ICpuRelayGrain.InvalidateAll)))
                return Fault.None;
            relayed.AddOrUpdate(method, 1, (_, n) => n + 1);
            return fault;
        };

        var (_, report) = await lab.Grains.BootMachineAsync(
            SmallMachine.Of("asymmetric"), "idmap-reserved", 1, false, false);

        Assert.Equal(MachineOutcome.Online, report.Outcome);
        Assert.Empty(report.Violations);
        Assert.Equal(7, report.Repaint!.Parked);
        Assert.Equal(2, relayed.Count);
    }
}
