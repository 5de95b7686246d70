using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Coordination;

/// <summary>A run takes the model time of the protocol that it performs, whatever interrupts it.</summary>
public sealed class RunTimeTests
{
    public static TheoryData<string, bool> Protocols
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var protocol in RepaintProtocols.All)
            {
                data.Add(protocol.Name, true);
                data.Add(protocol.Name, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_run_takes_the_time_of_its_protocol(string name, bool quiet)
    {
        var protocol = RepaintProtocols.Find(name)!;
        foreach (int parts in (int[])[1, 2, 7])
        {
            var end = new FakeRun { Parts = parts }.Perform(FakeRun.Begin(FakeRun.Setup(protocol, quiet: quiet)));
            Assert.Equal(TimeOf(protocol, 3, end.Blocks), end.Elapsed);
        }
    }

    [Fact]
    public void A_run_that_is_taken_up_after_the_release_takes_the_time_of_one_that_was_not()
    {
        var protocol = RepaintProtocols.IdmapReserved;
        var (whole, entered) = Whole(protocol);
        var (elapsed, blocks) = entered[RunPhase.Released];
        var setup = FakeRun.Setup(protocol, RunPhase.Released, quiet: true) with { Elapsed = elapsed, Blocks = blocks };
        var end = new FakeRun().Perform(FakeRun.Begin(setup));
        Assert.Equal((whole.Blocks, whole.Parked), (end.Blocks, end.Parked));
        // Each epoch rounds to a picosecond.
        Assert.InRange(end.Elapsed.Picoseconds - whole.Elapsed.Picoseconds, -1, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_take_up_while_the_tables_change_takes_one_more_stop_wherever_it_comes(int done)
    {
        var protocol = RepaintProtocols.IdmapReserved;
        var (whole, entered) = Whole(protocol);
        var (elapsed, blocks) = entered[RunPhase.Changing];
        var setup = FakeRun.Setup(protocol, RunPhase.Changing, quiet: true)
            with
        { Elapsed = elapsed, Blocks = blocks };
        // The writer's total has what the lost coordinator split, and only the rest is left to do.
        long total = done;
        var end = new FakeRun
        {
            Instead = (order, _) => order is not RunOrder.Split ? null
                : total < 4 ? new RunResult.Split(total + 2, default, total is 1 or 3, 1, ++total, false)
                : new RunResult.Split(total + 2, default, true, 0, total, false),
        }.Perform(FakeRun.Begin(setup));

        var again = new ProtocolPath(3, 4096).AfterSecondaries(protocol, protocol.Parks!);
        Assert.Equal((RunOutcome.Completed, 4), (end.Outcome, end.Blocks));
        Assert.InRange(
            (end.Elapsed - whole.Elapsed - PriceList.Usual.Time(again.Done)).Picoseconds, -2, 2);
    }

    [Fact]
    public void Every_moment_lies_between_the_one_before_it_and_the_end()
    {
        var moments = new List<RunMoment>();
        var setup = FakeRun.Setup(RepaintProtocols.IdmapReserved) with { IsTraced = true };
        var state = FakeRun.Begin(setup);
        moments.AddRange(state.Moments);
        var end = new FakeRun { Watch = (_, s) => moments.AddRange(s.Moments) }.Perform(state);
        moments.AddRange(end.Moments);

        foreach (var cpu in moments.GroupBy(m => m.Cpu))
        {
            var at = default(ModelTime);
            foreach (var moment in cpu)
            {
                Assert.True(end.TimeOf(moment.Began).Picoseconds >= at.Picoseconds, moment.Text);
                at = end.TimeOf(moment.Ended);
                Assert.InRange(at.Picoseconds, end.TimeOf(moment.Began).Picoseconds, end.Elapsed.Picoseconds);
            }
        }

        // Secondaries count in one after another: the flag's cache line is with one CPU at a time.
        var counted = moments.Where(m => m.Text == CountIn.Instance.Text).ToList();
        Assert.Equal([1, 2], counted.Select(m => m.Cpu));
        Assert.True(counted[0].Ended.Handovers < counted[1].Ended.Handovers);
    }

    private static ModelTime TimeOf(Protocol protocol, int cpus, long blocks) =>
        PriceList.Usual.Time(ProtocolPath.Of(protocol, cpus, 4096, blocks).Done);

    // A run that nothing interrupts, and what its journal has of each phase that it entered.
    private static (RunState End, Dictionary<RunPhase, (ModelTime, long)> Entered) Whole(Protocol protocol)
    {
        var entered = new Dictionary<RunPhase, (ModelTime, long)>();
        var end = new FakeRun
        {
            Watch = (order, state) =>
            {
                if (order is RunOrder.Enter enter)
                    entered[enter.Phase] = (state.Elapsed, state.Blocks);
            },
        }.Perform(FakeRun.Begin(FakeRun.Setup(protocol, quiet: true)));
        return (end, entered);
    }
}
