using System.Collections.Concurrent;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Scenarios;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Speculation.Scenarios;
using Orleans.Mmu.Testing.Faults;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>Permission changes over a network that repeats, delays and loses: no verdict changes.</summary>
[Collection(nameof(TwoSilos))]
public sealed class FaultyScenarioTests(TwoSilos lab) : IDisposable
{
    public void Dispose() => lab.Faults.Reset();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_that_come_twice_late_or_unanswered_neither_hide_a_stale_write_nor_make_one(
        bool leaveOutFlush)
    {
        for (long seed = 1; seed <= 2; seed++)
        {
            lab.Faults.Reset();
            lab.Faults.Fate = SeededFaults.Of(seed);
            var report = await Run(Scenario.Parts, seed, leaveOutFlush);

            Assert.True(lab.Faults.Met > 0);
            if (leaveOutFlush)
                Assert.Contains(report.Violations, v => v.Rule == Property.StaleWrite.Name);
            else
                Assert.Empty(report.Violations);
        }
    }

    [Fact]
    public async Task A_stale_write_whose_report_is_lost_is_reported_again()
    {
        var clear = await Run(Scenario.Parts, 3, leaveOutFlush: true);
        var answered = new ConcurrentDictionary<string, int>();
        lab.Faults.Fate = (method, target) =>
            method == nameof(ICpuGrain.Work) && answered.AddOrUpdate(target, 1, (_, n) => n + 1) % 2 == 1
                ? Fault.LoseAnswer : Fault.None;
        var lossy = await Run(Scenario.Parts, 3, leaveOutFlush: true);

        Assert.True(lab.Faults.Met > 0);
        Assert.NotEmpty(clear.Violations);
        Assert.Equal(Written(clear), Written(lossy));
    }

    [Fact]
    public async Task A_call_whose_answer_is_lost_is_made_once()
    {
        var clear = await Run(Scenario.Parts, 4, leaveOutFlush: false);
        int calls = 0;
        lab.Faults.Fate = (method, _) => method == nameof(IPageTableGrain.Call)
            && Interlocked.Increment(ref calls) % 2 == 1 ? Fault.LoseAnswer : Fault.None;
        var lossy = await Run(Scenario.Parts, 4, leaveOutFlush: false);

        Assert.Equal(2 * clear.Calls, calls);
        Assert.Equal(
            (clear.Calls, clear.Flushes, clear.After.TableBytes), (lossy.Calls, lossy.Flushes, lossy.After.TableBytes));
        Assert.Equal(clear.After.Leaves.AsEnumerable(), lossy.After.Leaves.AsEnumerable());
        Assert.Empty(lossy.Violations);
    }

    [Fact]
    public async Task A_cpu_that_never_finishes_a_flush_is_named()
    {
        string? scenario = null;
        lab.Faults.Fate = (method, target) =>
        {
            if (method == nameof(IPageTableGrain.Call))
                scenario = target;
            return scenario is not null && method == nameof(ICpuGrain.Invalidate)
                && target.EndsWith("/3", StringComparison.Ordinal) ? Fault.Lose : Fault.None;
        };
        var report = await Run(Scenario.Parts, 5, leaveOutFlush: false);

        Assert.Contains(report.Violations, v => v.Rule == Property.TlbiTimeout.Name && v.Cpu == 3);
        Assert.All(report.Violations, v => Assert.Equal(3, v.Cpu));
    }

    private static IEnumerable<string> Written(ScenarioReport report) =>
        report.Violations.Select(v => v.Message).Order(StringComparer.Ordinal);

    private async Task<ScenarioReport> Run(Scenario scenario, long seed, bool leaveOutFlush)
    {
        var answer = await lab.Grains.GetGrain<IScenarioGrain>($"test-{Guid.NewGuid():N}")
            .Run(new(new("test", Lab.Small("symmetric")), scenario.Name, seed, Accesses: 96, leaveOutFlush),
                CancellationToken.None);
        Assert.Null(answer.InputError);
        return answer.Report!;
    }
}
