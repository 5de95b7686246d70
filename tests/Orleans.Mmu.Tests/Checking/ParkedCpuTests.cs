using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;
using static Orleans.Mmu.Tests.Checking.SpeculationBench;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>
/// A CPU that waits, or comes back, in another way than the merged protocol says: it faults, or is caught.
/// </summary>
public class ParkedCpuTests
{
    [Fact]
    public void A_park_without_its_last_isb_leaves_a_way_back_to_the_map()
    {
        var map = Map(TestMachine.Unlisted);
        var plan = SpeculationPlan.ForRepaint(map.Machine, map.Painted, 1);
        var cpu = Online(map.Machine, 1);
        var park = Steps("idmap-reserved", "park");
        int write = park.IndexOf(WriteTtbr1.To(RootTable.Reserved));
        // With neither ISB after the write both roots stay possible.
        var mutant = park.Where((s, i) => i <= write || s is not Isb).ToImmutableArray();

        cpu.Perform(mutant, plan, new(1, "park began", map.Painted, map.Painted));

        Assert.Single(cpu.Look(plan, new(2, Split, map.Painted, After(map))));
    }

    [Fact]
    public void A_touch_while_parked_is_reported_once_and_names_the_root()
    {
        var map = Map(TestMachine.Unlisted);
        var cpu = Online(map.Machine, 1);
        var window = new SpeculationWindow(1, "park began", map.Painted, map.Painted);
        Assert.Empty(cpu.Perform([TouchStack.Instance], null, window));
        cpu.Perform(Steps("idmap-reserved", "park"), null, window);

        var fault = Assert.Single(cpu.Perform([TouchStack.Instance], null, window));

        Assert.Same(Property.FaultWhileParked, fault.Property);
        Assert.Equal((1, cpu.Cpu.Stack), (fault.Cpu!.Value, fault.Address!.Value));
        Assert.Equal(
            "CPU 1 took a level 0 Translation fault on \"ldr x0, [sp]\" while it waited outside the linear map",
            fault.Message);
        Assert.Equal(
        [
            "TTBR1_EL1 = 0x428fe000 (reserved_pg_dir)",
            $"as dmesg would say it: Unable to handle kernel paging request at virtual address "
            + $"{cpu.Cpu.Stack.Value:x16}",
        ], fault.Explanation.AsEnumerable());
        Assert.Empty(cpu.Perform([TouchStack.Instance], null, window));
    }

    [Fact]
    public void Waiting_code_that_uses_its_stack_faults()
    {
        var map = Map(TestMachine.Unlisted);
        var cpu = Online(map.Machine, 1);
        Assert.Empty(
            cpu.Perform(Steps("reserved-on-stack", "park"), null, new(1, "park began", map.Painted, map.Painted)));

        var fault = Assert.Single(
            cpu.Perform(Steps("reserved-on-stack", "resume"), null, new(2, "resume began", After(map), After(map))));

        Assert.Equal(("fault-while-parked", cpu.Cpu.Stack), (fault.Property.Name, fault.Address!.Value));
        Assert.Contains("on \"ldr x0, [sp]\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_return_to_kernel_text_before_the_isb_is_an_unexpected_fault()
    {
        var map = Map(TestMachine.Unlisted);
        var cpu = Online(map.Machine, 1);
        cpu.Perform(Steps("idmap-reserved", "park"), null, new(1, "park began", map.Painted, map.Painted));

        var faults = cpu.Perform(
            [AwaitRelease.Instance, WriteTtbr1.To(RootTable.Swapper), LeaveIdmap.Instance], null,
            new(2, "resume began", After(map), After(map)));

        var fault = Assert.Single(faults);
        Assert.Equal(("unexpected-fault", cpu.Cpu.Text), (fault.Property.Name, fault.Address!.Value));
        Assert.EndsWith($"at virtual address {cpu.Cpu.Text.Value:x16}", fault.Explanation[1], StringComparison.Ordinal);
    }
}
