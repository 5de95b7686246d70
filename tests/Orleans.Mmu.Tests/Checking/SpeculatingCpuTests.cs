using System.Collections.Immutable;
using CsCheck;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>
/// A CPU under the adversary: caught whenever the map changes under it, never once it has parked as it should.
/// </summary>
public class SpeculatingCpuTests
{
    private const string PlainLevel2 = "0x410fd490";
    private const string Split = "split [lm_alias(__init_begin), PAGE_END)";

    [Theory]
    [InlineData(TestMachine.Unlisted, "tlb-conflict")]
    [InlineData(PlainLevel2, "conflict-abort-possible")]
    [InlineData(TestMachine.Listed, null)]
    public void A_hunter_that_sees_the_change_is_caught_for_every_seed_where_its_level_does_not_allow_it(
        string midr, string? property)
    {
        var map = Map(midr);
        var after = After(map);
        Gen.ULong.ForAll(seed =>
        {
            var plan = SpeculationPlan.ForRepaint(map.Machine, map.Painted, seed);
            var cpu = Online(map.Machine, plan.Hunter);
            Assert.Empty(cpu.Look(plan, new(1, "the map was painted", map.Painted, map.Painted)));

            var found = cpu.Look(plan, new(2, Split, map.Painted, after));

            Assert.Equal(property is null ? [] : [property], found.Select(v => v.Property.Name));
            Assert.Equal(property is not null, cpu.Hazards > 0);
            Assert.All(found, v => Assert.Contains(plan.Victims, a => a == v.Address));
            // Seen once is said once, however often it happens.
            Assert.Empty(cpu.Look(plan, new(3, Split, map.Painted, after)));
        }, iter: 60);
    }

    [Fact]
    public void Who_is_no_hunter_is_caught_by_some_seed()
    {
        var map = Map(TestMachine.Unlisted, TestMachine.Unlisted);
        int caught = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            var plan = SpeculationPlan.ForRepaint(map.Machine, map.Painted, seed);
            var cpu = Online(map.Machine, 3 - plan.Hunter);
            Assert.Empty(cpu.Look(plan, new(1, "the map was painted", map.Painted, map.Painted)));
            caught += cpu.Look(plan, new(2, Split, map.Painted, After(map))).Count;
        }

        Assert.InRange(caught, 10, 59);
    }

    [Fact]
    public void Nobody_is_caught_who_parked_as_the_merged_dance_says() =>
        Gen.Select(RandomMachine.Blocks, Gen.ULong).ForAll((machine, seed) =>
        {
            var map = PaintedMap.Of(machine);
            var plan = SpeculationPlan.ForRepaint(machine, map.Painted, seed);
            Assert.Equal(1, plan.Hunter);
            var cpu = Online(machine, plan.Hunter);
            var (painted, repainted) = (map.Painted, map.Repaint(map.Painted));
            var violations = new List<Violation>();

            violations.AddRange(cpu.Look(plan, new(1, "the map was painted", painted, painted)));
            violations.AddRange(
                cpu.Perform(Steps("idmap-reserved", "park"), plan, new(2, "park began", painted, painted)));
            Assert.Equal(CpuRunState.Parked, cpu.Cpu.State);
            for (int window = 3; window < 6; window++)
                violations.AddRange(cpu.Look(plan, new(window, Split, painted, repainted)));
            Assert.Equal(0, cpu.Cpu.Processor.Tlb.Count);
            violations.AddRange(
                cpu.Perform(Steps("idmap-reserved", "resume"), plan, new(7, "resume began", repainted, repainted)));
            violations.AddRange(cpu.Look(plan, new(8, "flag = 0", repainted, repainted)));

            Assert.Empty(violations);
            Assert.Equal(0, cpu.Hazards);
            Assert.Empty(cpu.Audit(repainted));
        }, iter: 40);

    [Theory]
    [InlineData("spin")]
    [InlineData("idmap-only")]
    public void Whoever_waits_with_the_map_in_ttbr1_is_caught(string protocol)
    {
        var map = Map(TestMachine.Unlisted);
        for (ulong seed = 0; seed < 20; seed++)
        {
            var plan = SpeculationPlan.ForRepaint(map.Machine, map.Painted, seed);
            var cpu = Online(map.Machine, 1);
            cpu.Perform(Steps(protocol, "park"), plan, new(1, "park began", map.Painted, map.Painted));

            Assert.Equal(
                "tlb-conflict", Assert.Single(cpu.Look(plan, new(2, Split, map.Painted, After(map)))).Property.Name);
        }
    }

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

    [Fact]
    public void A_cpu_that_is_off_or_dead_speculates_nothing()
    {
        var map = Map(TestMachine.Unlisted);
        var plan = SpeculationPlan.ForRepaint(map.Machine, map.Painted, 1);
        var cpu = new SpeculatingCpu(map.Machine, plan.Hunter);
        cpu.Look(plan, new(1, "", map.Painted, map.Painted));
        Assert.Equal(0, cpu.Cpu.Processor.Tlb.Count);
        cpu.Cpu.PowerOn();
        cpu.Cpu.Die();

        Assert.Empty(cpu.Look(plan, new(2, "", map.Painted, After(map))));

        Assert.Equal(0, cpu.Cpu.Processor.Tlb.Count);
    }

    internal static PaintedMap Map(params string[] secondaries) =>
        PaintedMap.Of(new TestMachine
        {
            Cpus = [TestMachine.Listed, .. secondaries],
            Memory =
            [(0x4000_0000, 0x4a01_3000)]
        }.Describe());

    internal static SpeculatingCpu Online(MachineDescription machine, int id)
    {
        var cpu = new SpeculatingCpu(machine, id);
        cpu.Cpu.PowerOn();
        return cpu;
    }

    private static TableSnapshot After(PaintedMap map) =>
        map.Mode == BootMode.Repaint ? map.Repainted : map.Repaint(map.Painted);

    private static ImmutableArray<Step> Steps(string protocol, string phase) =>
        RepaintProtocols.Find(protocol)!.Phases.Single(p => p.Name == phase).Steps;
}
