using System.Runtime.CompilerServices;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Coordination;

/// <summary>What a coordinator orders, from beginning to end, without a grain.</summary>
public class RunOrdersTests
{
    [Theory]
    [InlineData("idmap-reserved", RunPhase.Idle, true)]
    [InlineData("idmap-reserved", RunPhase.Idle, false)]
    [InlineData("live", RunPhase.Idle, false)]
    [InlineData("idmap-reserved", RunPhase.Gathering, true)]
    [InlineData("idmap-reserved", RunPhase.Changing, true)]
    [InlineData("idmap-reserved", RunPhase.Released, true)]
    [InlineData("idmap-reserved", RunPhase.Abandoned, true)]
    [InlineData("idmap-reserved", RunPhase.Halted, true)]
    public void The_orders_are_as_they_are_kept(string protocol, RunPhase found, bool quiet)
    {
        var run = new FakeRun();
        run.Perform(FakeRun.Begin(FakeRun.Setup(RepaintProtocols.Find(protocol)!, found, quiet)));
        Golden($"{protocol}-{found}{(quiet ? "-quiet" : "")}", run.Text);
    }

    [Fact]
    public void Every_protocol_completes_where_every_cpu_answers()
    {
        Assert.All(RepaintProtocols.All, protocol =>
        {
            var end = new FakeRun().Perform(FakeRun.Begin(FakeRun.Setup(protocol)));
            Assert.Equal(RunOutcome.Completed, end.Outcome);
            Assert.Equal(4, end.Blocks);
            Assert.Equal(protocol.Parks is null ? 0 : 2, end.Parked);
        });
    }

    [Fact]
    public void A_take_up_while_the_tables_change_parks_every_cpu_again_before_it_splits()
    {
        var run = new FakeRun();
        run.Perform(FakeRun.Begin(FakeRun.Setup(RepaintProtocols.IdmapReserved, RunPhase.Changing)));
        int parks = run.Orders.FindIndex(o => o is RunOrder.Perform p && p.Steps.Contains(CountIn.Instance));
        int splits = run.Orders.FindIndex(o => o is RunOrder.Split);
        Assert.InRange(parks, 0, splits - 1);
        Assert.IsType<RunOrder.ClaimTables>(run.Orders[0]);
    }

    // Without the announcement's phase of its own the first split may come before the secondaries park.
    [Fact]
    public void A_take_up_of_a_protocol_that_splits_first_parks_every_cpu_once()
    {
        var protocol = BuiltInProtocols.Read("mine.protocol", """
            protocol split-first
            about    the boot CPU splits one range before the others wait
            origin   a test
            levels   3
            map      repaint
            phase announce, boot cpu
                flag = 1; smp_mb
                split [PAGE_OFFSET, lm_alias(_stext))
            phase park, secondaries
                flag += 1
            phase repaint, boot cpu
                wait flag == num_online_cpus
                split [lm_alias(__init_begin), PAGE_END)
                flag = 0
            phase resume, secondaries
                wfe until flag == 0
            """).Protocol;
        var run = new FakeRun();

        var end = run.Perform(FakeRun.Begin(FakeRun.Setup(protocol, RunPhase.Changing)));

        Assert.Equal(RunOutcome.Completed, end.Outcome);
        Assert.Single(run.Orders, o => o is RunOrder.Perform p && p.Steps.Contains(CountIn.Instance));
    }

    [Fact]
    public void A_cpu_that_does_not_count_in_again_halts_a_run_that_is_between_two_states()
    {
        var run = new FakeRun
        {
            Instead = (order, _) => order is RunOrder.Perform { Cpus: [1, 2] } perform
                ? FakeRun.Answers([1], isParked: true, seesMap: false) : null,
        };
        var end = run.Perform(FakeRun.Begin(FakeRun.Setup(RepaintProtocols.IdmapReserved, RunPhase.Changing)));
        Assert.Equal((RunOutcome.RendezvousTimeout, RunPhase.Halted), (end.Outcome, end.Phase));
        Assert.IsType<RunOrder.Die>(run.Orders[^1]);
        Assert.DoesNotContain(run.Orders, o => o is RunOrder.Split);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ranges_that_nobody_looks_between_are_split_in_one_call_by_a_writer_that_knows_how(bool knows)
    {
        long version = 1;
        var run = new FakeRun
        {
            Parts = 1,
            Instead = (order, _) => order is RunOrder.Split split && !knows
                ? new RunResult.Split(++version, split.From, true, 1, version - 1, false) : null,
        };

        var end = run.Perform(FakeRun.Begin(FakeRun.Setup(RepaintProtocols.IdmapReserved, quiet: true)));

        Assert.Equal(RunOutcome.Completed, end.Outcome);
        Assert.Equal(2, end.Blocks);
        Assert.Equal(knows ? [1] : [1, 3], run.Orders.OfType<RunOrder.Split>().Select(s => s.Number));
        Assert.Equal(3, end.Windows.Current);
    }

    [Fact]
    public void A_run_is_cancelled_only_before_a_cpu_waits()
    {
        var begun = FakeRun.Begin(FakeRun.Setup(RepaintProtocols.IdmapReserved, quiet: true));
        Assert.True(begun.CanCancel);
        var run = new FakeRun();
        var end = run.Perform(begun.Cancel());
        Assert.Equal((RunOutcome.Cancelled, RunPhase.Abandoned), (end.Outcome, end.Phase));
        Assert.Equal(
            "journal: Abandoned, Cancelled\nCPUs 1,2 abandon epoch 1\nends as Cancelled in Abandoned\n", run.Text);

        var confirmed = begun.After(FakeRun.Answers([1, 2], isParked: false, seesMap: true));
        Assert.True(confirmed.CanCancel);
        var parked = confirmed.After(FakeRun.Answers([1, 2], isParked: true, seesMap: false));
        Assert.False(parked.CanCancel);
        Assert.Throws<InvalidOperationException>(() => parked.Cancel());
    }

    [Fact]
    public void A_result_of_another_kind_is_refused() =>
        Assert.Throws<ArgumentException>(() => FakeRun.Begin(FakeRun.Setup(RepaintProtocols.IdmapReserved))
            .After(new RunResult.Claimed(1)));

    private static void Golden(string name, string actual, [CallerFilePath] string test = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(test)!, "golden", name + ".txt");
        if (Environment.GetEnvironmentVariable("MMU_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
