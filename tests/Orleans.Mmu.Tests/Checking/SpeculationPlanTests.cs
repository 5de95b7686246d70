using CsCheck;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Tests.Linux;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>What the adversary aims at, and whom it takes for its hunter.</summary>
public class SpeculationPlanTests
{
    [Fact]
    public void Victims_lie_in_the_repainted_ranges_on_leaves_that_will_change() =>
        Gen.Select(RandomMachine.Blocks, Gen.ULong).ForAll((machine, seed) =>
        {
            var map = PaintedMap.Of(machine);
            var shape = new MapShape(map.Painted, map.Painter.Swapper);
            var ranges = Enum.GetValues<RepaintRange>().Select(r => LinearRange.Of(r, machine)).ToList();
            bool Changes(LeafSequence run) => ranges.Any(r => run.Start < r.End && run.End(machine.Geometry) > r.Start);
            bool blocks = shape.Runs.Any(r => !r.Level.IsLast && Changes(r));
            bool large = shape.Runs.Any(r => r.First.Contiguous && Changes(r));

            var plan = SpeculationPlan.ForRepaint(machine, map.Painted, seed);

            Assert.Equal(blocks || large ? SpeculationPlan.VictimCount : 0, plan.Victims.Length);
            Assert.All(plan.Victims, victim =>
            {
                Assert.Contains(ranges, r => victim >= r.Start && victim < r.End);
                Assert.True(victim.IsAligned(machine.Geometry.Granule.PageSize));
                var leaf = shape.LeafAt(victim)!.Value;
                Assert.True(blocks ? !leaf.Level.IsLast : leaf.Contiguous);
            });
        }, iter: 40);

    [Fact]
    public void A_run_of_blocks_that_reaches_into_the_image_is_aimed_at_below_it()
    {
        // Since 7.2 the image alias is painted as all memory is: the block at the start of memory and the image's are
        // one run.
        var map = PaintedMap.Of(new TestMachine { Version = "7.3" }.Describe());
        var below = LinearRange.Of(RepaintRange.BelowText, map.Machine);

        var victims = Enumerable.Range(0, 64)
            .SelectMany(s => SpeculationPlan.ForRepaint(map.Machine, map.Painted, (ulong)s).Victims);

        Assert.Contains(victims, v => v < below.End);
    }

    [Fact]
    public void The_same_seed_is_the_same_plan()
    {
        var map = PaintedMap.Of(new TestMachine().Describe());
        Gen.ULong.ForAll(seed =>
        {
            var (one, other) = (SpeculationPlan.ForRepaint(map.Machine, map.Painted, seed),
                SpeculationPlan.ForRepaint(map.Machine, map.Painted, seed));

            Assert.Equal((one.Seed, one.Hunter), (other.Seed, other.Hunter));
            Assert.Equal(one.Victims.AsEnumerable(), other.Victims);
        }, iter: 50);
    }

    [Fact]
    public void The_hunter_is_a_secondary_that_may_not_see_the_change_live_where_there_is_one() =>
        Gen.Select(Gen.Bool.Array[0, 6], Gen.ULong).ForAll((weak, seed) =>
        {
            var machine = new TestMachine
            {
                Cpus =
                [TestMachine.Listed, .. weak.Select(w => w ? TestMachine.Unlisted : TestMachine.Listed)]
            }.Describe();

            int hunter = SpeculationPlan.ForRepaint(machine, Tables, seed).Hunter;

            if (weak.Length == 0)
                Assert.Equal(-1, hunter);
            else if (weak.All(w => !w))
                Assert.InRange(hunter, 1, weak.Length);
            else
                Assert.True(weak[hunter - 1]);
        }, iter: 200);

    [Fact]
    public void Every_weak_secondary_hunts_for_some_seed_and_a_late_one_never()
    {
        var early = new TestMachine
        {
            Cpus =
            [TestMachine.Listed, TestMachine.Unlisted, TestMachine.Unlisted, TestMachine.Unlisted]
        }.Describe();
        var machine = early with { Cpus = early.Cpus.SetItem(3, early.Cpus[3] with { Late = true }) };

        var hunters = Enumerable.Range(0, 64).Select(s => SpeculationPlan.ForRepaint(machine, Tables, (ulong)s).Hunter)
            .Distinct().Order();

        Assert.Equal([1, 2], hunters);
    }

    private static TableSnapshot Tables { get; } = PaintedMap.Of(new TestMachine().Describe()).Painted;
}
