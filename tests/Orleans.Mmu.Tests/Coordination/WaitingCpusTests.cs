using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Tests.Coordination;

/// <summary>A coordinator knows by number which CPUs wait for the flag, from their answers.</summary>
public sealed class WaitingCpusTests
{
    [Fact]
    public void CPUs_wait_from_their_count_to_the_release()
    {
        var seen = new List<string>();
        var run = new FakeRun
        {
            Watch = (_, state) =>
            {
                Assert.Equal(state.Waiting, state.WaitingCpus.Length);
                string now = string.Join(',', state.WaitingCpus);
                if (seen.Count == 0 || seen[^1] != now)
                    seen.Add(now);
            },
        };

        run.Perform(FakeRun.Begin(FakeRun.Setup(RepaintProtocols.Find("idmap-reserved")!, cpus: 4)));

        Assert.Equal(["", "1,2,3", ""], seen);
    }

    [Fact]
    public void A_CPU_that_did_not_park_does_not_wait()
    {
        RunState? last = null;
        var run = new FakeRun
        {
            Instead = (order, _) => order is RunOrder.Perform { Cpus: [not 0, ..] }
                ? new RunResult.Answers(
                    [Facts(1, isParked: true), Facts(2, isParked: false), Facts(3, isParked: true)], [], []) : null,
            Watch = (_, state) => last = state,
        };

        run.Perform(FakeRun.Begin(FakeRun.Setup(RepaintProtocols.Find("idmap-reserved")!, cpus: 4)));

        Assert.Equal("1,3", string.Join(',', last!.WaitingCpus));
    }

    [Theory]
    [InlineData(new[] { 3 }, "CPU 3")]
    [InlineData(new[] { 2, 1, 3 }, "CPUs 1-3")]
    [InlineData(new[] { 9, 1, 2, 3, 9 }, "CPUs 1-3, 9")]
    public void Numbers_are_said_in_ranges(int[] cpus, string expected) => Assert.Equal(expected, CpuNumbers.Of(cpus));

    [Fact]
    public void A_list_of_many_ranges_is_cut() => Assert.Equal(
        "CPUs 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30 and 84 more",
        CpuNumbers.Of(Enumerable.Range(0, 100).Select(i => 2 * i)));

    private static CpuFacts Facts(int cpu, bool isParked) => new(cpu, false, isParked, !isParked, false, false, []);
}
