using System.Collections.Concurrent;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Testing.Faults;

namespace Orleans.Mmu.Tests.Boot;

/// <summary>Duplicated, delayed, reordered and lost messages between two silos.</summary>
[Collection(nameof(TwoSilos))]
public sealed class FaultyNetworkTests(TwoSilos lab) : IDisposable
{
    public void Dispose() => lab.Faults.Reset();

    [Theory]
    [InlineData("idmap-reserved", false)]
    [InlineData("spin", true)]
    [InlineData("idmap-only", true)]
    [InlineData("live", true)]
    public async Task Messages_that_come_twice_late_or_unanswered_change_no_verdict(string protocol, bool conflicts)
    {
        for (long seed = 1; seed <= 6; seed++)
        {
            lab.Faults.Reset();
            lab.Faults.Fate = SeededFaults.Of(seed);
            var (_, report) = await lab.Boot(Lab.Small("asymmetric"), protocol, seed);
            Assert.True(lab.Faults.Met > 0);
            Assert.Equal(MachineOutcome.Online, report.Outcome);
            Assert.Equal(conflicts, report.Violations.Any(v => v.Rule == "tlb-conflict"));
            Assert.DoesNotContain(report.Violations, v => v.Rule != "tlb-conflict");
            Assert.All(report.Cpus, c => Assert.Equal(CpuRunState.Online, c.State));
        }
    }

    [Fact]
    public async Task A_conflict_whose_report_is_lost_is_reported_again()
    {
        // Every first answer to a window is lost: what was found must come with the second.
        var answered = new ConcurrentDictionary<string, int>();
        lab.Faults.Fate = (method, target) =>
            method == nameof(ICpuGrain.Speculate) && answered.AddOrUpdate(target, 1, (_, n) => n + 1) % 2 == 1
                ? Fault.LoseAnswer : Fault.None;
        var (_, lossy) = await lab.Boot(Lab.Small("asymmetric"), "spin", 3);
        lab.Faults.Reset();
        var (_, clear) = await lab.Boot(Lab.Small("asymmetric"), "spin", 3);
        Assert.NotEmpty(clear.Violations);
        Assert.Equal(clear.Violations.Select(v => v.Message).Order(), lossy.Violations.Select(v => v.Message).Order());
    }

    [Theory]
    [InlineData(Fault.Lose)]
    [InlineData(Fault.LoseAnswer)]
    [InlineData(Fault.LoseAndReplay)]
    public async Task A_cpu_that_never_answers_the_rendezvous_fails_the_boot_by_name_and_parks_nobody(Fault fault)
    {
        lab.Faults.Fate = (method, target) =>
            method == nameof(ICpuGrain.Perform) && target.EndsWith("/5", StringComparison.Ordinal) ? fault : Fault.None;
        var (key, report) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        Assert.Equal(MachineOutcome.RendezvousTimeout, report.Outcome);
        Assert.Equal(MachineOutcome.RendezvousTimeout, await lab.Grains.GetGrain<IMachineGrain>(key)
            .GetOutcome(CancellationToken.None));
        var violation = Assert.Single(report.Violations);
        Assert.Equal("rendezvous-timeout", violation.Rule);
        Assert.Equal(5, violation.Cpu);
        Assert.Equal(0, report.Repaint!.SplitBlocks);
        Assert.All(report.Cpus, c => Assert.Equal(CpuRunState.Online, c.State));

        // A message of an epoch that is over parks no CPU either.
        await lab.Faults.DeliverLate();
        foreach (var cpu in report.Cpus)
            Assert.Equal(CpuRunState.Online, await lab.Grains.GetGrain<ICpuGrain>($"{key}/{cpu.Id}")
                .GetState(CancellationToken.None));
    }

    [Fact]
    public async Task A_parked_cpu_whose_release_is_lost_reads_the_flag_and_runs_again()
    {
        // Only the second command, the release, is lost; before it the CPU has parked.
        int commands = 0;
        var woken = new TaskCompletionSource();
        lab.Faults.Fate = (method, target) =>
        {
            if (method == nameof(IRunJournalGrain.ReadFlag))
                woken.TrySetResult();
            if (method != nameof(ICpuGrain.Perform) || !target.EndsWith("/6", StringComparison.Ordinal))
                return Fault.None;
            return Interlocked.Increment(ref commands) == 1 ? Fault.None : Fault.Lose;
        };
        var (key, report) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        Assert.Equal(MachineOutcome.ReleaseTimeout, report.Outcome);
        var violation = Assert.Single(report.Violations);
        Assert.Equal("release-timeout", violation.Rule);
        Assert.Equal(6, violation.Cpu);
        await woken.Task.WaitAsync(TestLimit.Length);
        var cpu = lab.Grains.GetGrain<ICpuGrain>($"{key}/6");
        using var limit = new CancellationTokenSource(TestLimit.Length);
        while (await cpu.GetState(limit.Token) != CpuRunState.Online)
            limit.Token.ThrowIfCancellationRequested();
        Assert.Equal("swapper_pg_dir", (await cpu.GetReport(limit.Token)).Ttbr1);
    }

    [Fact]
    public async Task A_tlbi_that_never_completes_releases_nobody_on_half_an_answer()
    {
        lab.Faults.Fate = (method, target) =>
            method == nameof(ICpuGrain.Invalidate) && target.EndsWith("/3", StringComparison.Ordinal) ? Fault.Lose
                : Fault.None;
        var (_, report) = await lab.Boot(Lab.Small("asymmetric"), "idmap-reserved", 1);
        Assert.Equal(MachineOutcome.TlbiTimeout, report.Outcome);
        Assert.Contains(report.Violations, v => v.Rule == "tlbi-timeout" && v.Cpu == 3);
        Assert.DoesNotContain(report.Cpus, c => c.State == CpuRunState.Parked);
    }

    [Fact]
    public async Task A_dsb_waits_for_every_tlbi_before_it()
    {
        // CPU 3 gets none of the three sendings of the first TLBI, and the second at once.
        int sent = 0;
        lab.Faults.Fate = (method, target) =>
            method == nameof(ICpuGrain.Invalidate) && target.EndsWith("/3", StringComparison.Ordinal)
            && Interlocked.Increment(ref sent) <= 3 ? Fault.Lose : Fault.None;
        ReplayAction[] actions = [Of(Tlbi.Broadcast), Of(Tlbi.Broadcast), Of(Dsb.Ish)];
        var answer = await lab.Grains.GetGrain<IMachineGrain>($"two-tlbis-{Guid.NewGuid():N}").Boot(
            new(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false) { Replay = [.. actions] },
            CancellationToken.None);
        var violation = Assert.Single(answer.Report!.Violations);
        Assert.Equal(("tlbi-timeout", 3), (violation.Rule, violation.Cpu));

        static ReplayAction Of(Step step) => new(0, step, null, null, step.Text);
    }

    [Fact]
    public async Task What_cpus_meet_on_their_way_back_from_a_run_that_is_given_up_is_reported()
    {
        lab.Faults.Fate = (method, target) =>
            method == nameof(ICpuGrain.Perform) && target.EndsWith("/5", StringComparison.Ordinal) ? Fault.Lose
                : Fault.None;
        var (_, report) = await lab.Boot(Lab.Small("asymmetric"), "reserved-on-stack", 1);
        Assert.Equal(MachineOutcome.RendezvousTimeout, report.Outcome);
        Assert.Equal([1, 2, 3, 4, 6, 7],
            report.Violations.Where(v => v.Rule == "fault-while-parked").Select(v => v.Cpu!.Value).Order());
    }

    [Fact]
    public async Task A_boot_is_not_cancelled_after_its_repaint()
    {
        using var cancelled = new CancellationTokenSource();
        lab.Faults.Fate = (method, _) =>
        {
            if (method == nameof(IPageTableGrain.Protect))
                cancelled.Cancel();
            return Fault.None;
        };
        var machine = lab.Grains.GetGrain<IMachineGrain>($"cancelled-{Guid.NewGuid():N}");
        var boot = machine.Boot(
            new(new("test", Lab.Small("asymmetric")), "idmap-reserved", 1, false, false), cancelled.Token);
        await boot.ContinueWith(static b => b.Exception, CancellationToken.None, TaskContinuationOptions.None,
            TaskScheduler.Default);
        Assert.True(cancelled.IsCancellationRequested);
        var attached = await machine.Attach(CancellationToken.None);
        Assert.Equal(MachineOutcome.Online, attached.Report!.Outcome);
    }
}
