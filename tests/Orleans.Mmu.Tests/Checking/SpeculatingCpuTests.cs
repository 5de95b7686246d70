using CsCheck;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;
using static Orleans.Mmu.Tests.Checking.SpeculationBench;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>
/// A CPU under the adversary: caught whenever the map changes under it, never once it has parked as it should.
/// </summary>
public class SpeculatingCpuTests
{
    private const string PlainLevel2 = "0x410fd490";

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
}
