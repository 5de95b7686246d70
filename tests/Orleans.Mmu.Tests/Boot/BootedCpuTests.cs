using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>CPUs of a machine that has booted: what they answer to commands, windows and TLBIs.</summary>
[Collection(nameof(OneSilo))]
public sealed class BootedCpuTests(OneSilo lab)
{
    [Fact]
    public async Task A_parked_cpu_that_touches_the_linear_map_reports_the_fault()
    {
        var (key, _) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        var cpu = lab.Grains.GetGrain<ICpuGrain>($"{key}/2");
        var protocol = RepaintProtocols.IdmapReserved;
        var park = protocol.Phases.Single(p => p.Name == "park");
        var resume = protocol.Phases.Single(p => p.Name == "resume");
        Assert.Empty((await Perform(cpu, 9, [TouchStack.Instance], resume.Steps)).Violations);

        var parked = await Perform(cpu, 10, [.. park.Steps, TouchStack.Instance], resume.Steps);
        Assert.Equal(CpuRunState.Parked, parked.State);
        Assert.Equal("fault-while-parked", Assert.Single(parked.Violations).Property.Name);

        await cpu.Abandon(10, CancellationToken.None);
        Assert.Empty((await Perform(cpu, 11, [TouchStack.Instance], resume.Steps)).Violations);
    }

    [Fact]
    public async Task A_window_that_a_tlbi_has_overtaken_fills_no_tlb()
    {
        var (key, _) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        var cpu = lab.Grains.GetGrain<ICpuGrain>($"{key}/2");
        await cpu.Invalidate(new(9, 5, [TlbiOperation.Vmalle1Is]), CancellationToken.None);
        Assert.True((await Look(4)).Stale);
        Assert.False((await Look(6)).Stale);

        Task<CpuAnswer> Look(long ordinal) => cpu.Speculate(
            9, new(ordinal, "a test", 0, 0, [], Plan: null, IsRecorded: false), CancellationToken.None);
    }

    [Fact]
    public async Task A_late_command_brings_no_cpu_back_to_life()
    {
        var (key, _) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        var cpu = lab.Grains.GetGrain<ICpuGrain>($"{key}/2");
        await cpu.Die(CancellationToken.None);
        var park = RepaintProtocols.IdmapReserved.Parks!;
        var late = await Perform(cpu, 10, park.Steps, RepaintProtocols.IdmapReserved.WayBack);
        Assert.Equal((true, CpuRunState.Dead), (late.Stale, late.State));
    }

    private static Task<CpuAnswer> Perform(
        ICpuGrain cpu, long epoch, ImmutableArray<Step> steps, ImmutableArray<Step> wayBack) => cpu.Perform(
        new(epoch, 1, "a test", steps, new(1, "a test", 0, 0, [], Plan: null, IsRecorded: false), wayBack),
        CancellationToken.None);
}
