using CsCheck;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Coordination;

/// <summary>What holds in every run, whatever CPUs and the tables' writer answer.</summary>
public class RunPropertyTests
{
    private static readonly Gen<(int Protocol, RunPhase Found, bool Quiet, int Parts, int[] Whims)> Runs = Gen.Select(
        Gen.Int[0, RepaintProtocols.All.Count - 1], Gen.Enum<RunPhase>(), Gen.Bool, Gen.Int[1, 4],
        Gen.Int[0, 11].Array[40]);

    [Fact]
    public void A_run_ends_and_keeps_its_order() => Runs.ForAll(Check, iter: 2000);

    private static void Check((int Protocol, RunPhase Found, bool Quiet, int Parts, int[] Whims) given)
    {
        var protocol = RepaintProtocols.All[given.Protocol];
        // A protocol that parks no CPU has no flag to clear, so that no record of it says Released.
        if (protocol.Parks is null && given.Found == RunPhase.Released)
            return;
        int whim = 0;
        long ordinal = 0;
        int sequence = 0;
        var written = given.Found == RunPhase.Idle ? RunPhase.Gathering : given.Found;
        bool mustSave = false;
        var run = new FakeRun
        {
            Parts = given.Parts,
            Watch = (order, state) =>
            {
                if (mustSave)
                    Assert.True(order is RunOrder.Save or RunOrder.Enter, $"{order} before what was found is written");
                mustSave = false;
                if (order is RunOrder.Enter enter)
                    written = enter.Phase;
                if (order is RunOrder.Split)
                    Assert.Equal(RunPhase.Changing, written);
                if (order is RunOrder.Perform perform)
                {
                    Assert.Equal(++sequence, perform.Sequence);
                    Assert.True(perform.Window.Ordinal > ordinal);
                    ordinal = perform.Window.Ordinal;
                    // A secondary that waits is sent back only once the journal says that the flag is zero.
                    if (perform.Steps.Contains(AwaitRelease.Instance))
                        Assert.Equal(RunPhase.Released, written);
                }

                long number = order switch
                {
                    RunOrder.Look look => look.Window.Ordinal,
                    RunOrder.SendTlbi tlbi => tlbi.Ordinal,
                    _ => ordinal,
                };
                Assert.True(number >= ordinal);
                ordinal = number;
            },
            Instead = (order, _) =>
            {
                var result = Whim(order, whim < given.Whims.Length ? given.Whims[whim++] : 11);
                mustSave = result is RunResult.Answers { Given: var answers } && answers.Any(a => a.HasRecorded);
                return result;
            },
        };
        var end = run.Perform(FakeRun.Begin(FakeRun.Setup(protocol, given.Found, given.Quiet)));
        Assert.NotNull(end.Outcome);
        // No CPU is left waiting: it was released, abandoned, or dies with the machine.
        Assert.True(end.Outcome is RunOutcome.Completed or RunOutcome.ReleaseTimeout
            || run.Orders[^1] is RunOrder.Abandon or RunOrder.Die);
    }

    // 0 and 1 are failures, 2 is an answer with something to record; everything else is as usual.
    private static RunResult? Whim(RunOrder order, int whim) => (order, whim) switch
    {
        (RunOrder.Perform perform, 0) => new RunResult.Answers([], perform.Cpus, []),
        (RunOrder.Perform { AfterTlbi: true }, 1) => new RunResult.Answers([], [], [1]),
        (RunOrder.Perform perform, 2) => FakeRun.Answers(perform.Cpus, perform.Steps.Contains(CountIn.Instance),
            seesMap: false, hasRecorded: true),
        (RunOrder.Look look, 2) => FakeRun.Answers(look.Cpus, false, true, hasRecorded: true),
        (RunOrder.Split, 0) => new RunResult.Split(100, default, false, 0, 0, true),
        _ => null,
    };
}
