using System.Collections.Immutable;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>One CPU through the dance: what it sees, what it holds, and where it faults.</summary>
public class KernelCpuTests
{
    private static readonly PaintedMap Map = PaintedMap.Of(
        new TestMachine { Cpus = [TestMachine.Listed, TestMachine.Unlisted, TestMachine.Unlisted] }.Describe());

    [Fact]
    public void A_cpu_is_offline_until_it_is_powered_on()
    {
        var cpu = new KernelCpu(Map.Machine, 1);
        Assert.Equal(CpuRunState.Offline, cpu.State);
        Assert.False(cpu.SeesMap);

        cpu.PowerOn();

        Assert.Equal((CpuRunState.Online, RootTable.Swapper), (cpu.State, cpu.Ttbr1));
        Assert.True(cpu.SeesMap);
        Assert.Null(cpu.Touch(cpu.Stack, Map.Painted));
        cpu.Die();
        Assert.Equal(CpuRunState.Dead, cpu.State);
    }

    [Fact]
    public void Parking_ends_on_the_reserved_table_with_an_empty_tlb()
    {
        var cpu = Warm();

        Perform(cpu, "park");

        Assert.Equal((CpuRunState.Parked, RootTable.Reserved), (cpu.State, cpu.Ttbr1));
        Assert.Equal(0, cpu.Processor.Tlb.Count);
        Assert.Single(cpu.Processor.Ttbr1.Possible);
        Assert.False(cpu.SeesMap);
        Assert.Equal(Map.Machine.Image.Idmap(Map.Machine.Geometry.Granule), cpu.Processor.Ttbr0.Value.RootAddress);
    }

    [Fact]
    public void A_parked_cpu_that_touches_the_linear_map_faults_wherever_it_touches()
    {
        var cpu = Warm();
        Perform(cpu, "park");

        var fault = cpu.Perform(TouchStack.Instance, Map.Painted);

        Assert.Equal(WalkFault.Translation, fault!.Value.Result.Fault);
        Assert.NotNull(cpu.Touch(Map.Painter.Layout.PageOffset, Map.Painted));
        Assert.Equal(0, cpu.Processor.Tlb.Count);
    }

    [Fact]
    public void Its_idmap_shows_the_page_that_it_runs_on()
    {
        var cpu = Warm();
        Perform(cpu, "park");
        var text = Map.Machine.Image.Stext;

        Assert.Null(cpu.Touch(new(text.Value), Map.Painted));
        Assert.NotNull(cpu.Touch(new(text.Value + 4096), Map.Painted));
    }

    [Fact]
    public void Resuming_ends_on_swapper_with_nothing_of_the_idmap()
    {
        var cpu = Warm();
        Perform(cpu, "park");
        cpu.Touch(new(Map.Machine.Image.Stext.Value), Map.Painted);

        foreach (var step in Steps("resume"))
            Assert.Null(cpu.Perform(step, Map.Repainted));

        Assert.Equal((CpuRunState.Online, RootTable.Swapper), (cpu.State, cpu.Ttbr1));
        Assert.Equal(Map.Machine.Image.Reserved(Map.Machine.Geometry.Granule), cpu.Processor.Ttbr0.Value.RootAddress);
        Assert.DoesNotContain(cpu.Processor.Tlb.Entries(), e => !e.Start.IsUpperHalf);
        Assert.Null(cpu.Touch(cpu.Stack, Map.Repainted));
    }

    [Fact]
    public void Returning_to_kernel_text_without_an_isb_faults()
    {
        var cpu = Warm();
        Perform(cpu, "park");
        cpu.Perform(AwaitRelease.Instance, Map.Repainted);
        cpu.Perform(WriteTtbr1.To(RootTable.Swapper), Map.Repainted);
        Assert.Equal(RootTable.Swapper, cpu.Ttbr1);

        Assert.NotNull(cpu.Perform(LeaveIdmap.Instance, Map.Repainted));

        cpu.Perform(Isb.Instance, Map.Repainted);
        Assert.Null(cpu.Perform(LeaveIdmap.Instance, Map.Repainted));
    }

    [Fact]
    public void Without_the_dsb_a_local_tlbi_may_have_done_nothing()
    {
        var cpu = Warm();
        int held = cpu.Processor.Tlb.Count;

        cpu.Perform(Tlbi.Local, Map.Painted);
        Assert.Equal(held, cpu.Processor.Tlb.Count);
        cpu.Perform(Dsb.Ishst, Map.Painted);
        Assert.Equal(held, cpu.Processor.Tlb.Count);
        cpu.Perform(Dsb.Nsh, Map.Painted);
        Assert.Equal(0, cpu.Processor.Tlb.Count);
    }

    [Fact]
    public void A_release_wakes_only_who_waits()
    {
        var cpu = new KernelCpu(Map.Machine, 2);

        Assert.Null(cpu.Perform(AwaitRelease.Instance, Map.Painted));

        Assert.Equal(CpuRunState.Offline, cpu.State);
    }

    [Fact]
    public void Stacks_are_pages_of_memory_of_their_own_outside_the_image()
    {
        var layout = Map.Painter.Layout;
        var image = Map.Machine.Image;
        var stacks = Enumerable.Range(0, 3).Select(id => new KernelCpu(Map.Machine, id).Stack).ToList();

        Assert.Equal(3, stacks.Distinct().Count());
        Assert.All(stacks, s =>
        {
            Assert.True(s >= layout.ToVirtual(image.End) || s < layout.ToVirtual(image.Text));
            Assert.Equal(WalkFault.None, TableWalker.Walk(Map.Final, Map.Painter.Swapper, s).Fault);
        });
    }

    [Fact]
    public void Only_swapper_carries_cnp()
    {
        var cpu = new KernelCpu(Map.Machine, 0);

        // A booted machine has no second populated root.
        var roots = Enum.GetValues<RootTable>().Where(r => r != RootTable.Second).ToList();
        Assert.Equal([true, false, false], roots.Select(r => cpu.TtbrFor(r).CommonNotPrivate));
        Assert.Equal(3, roots.Select(r => cpu.TtbrFor(r).RootAddress).Distinct().Count());
    }

    // Online, with some of the map cached.
    private static KernelCpu Warm()
    {
        var cpu = new KernelCpu(Map.Machine, 1);
        cpu.PowerOn();
        Assert.Null(cpu.Touch(cpu.Stack, Map.Painted));
        Assert.Null(cpu.Touch(Map.Painter.Layout.PageOffset, Map.Painted));
        Assert.Equal(2, cpu.Processor.Tlb.Count);
        return cpu;
    }

    private static void Perform(KernelCpu cpu, string phase)
    {
        foreach (var step in Steps(phase))
            Assert.Null(cpu.Perform(step, Map.Painted));
    }

    private static ImmutableArray<Step> Steps(string phase) =>
        RepaintProtocols.IdmapReserved.Phases.Single(p => p.Name == phase).Steps;
}
