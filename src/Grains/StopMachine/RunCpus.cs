using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Interfaces.Cpus;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// The CPUs of a run: each of these is an awaited fan-out, and what was found, and every event of a recording, is
/// written down before anything follows from it.
/// </summary>
internal sealed class RunCpus(InnerShareableDomain domain, RunJournal journal, RunWindows windows, RunFindings findings)
{
    private readonly ImmutableArray<int> _all = journal.Record.Request!.Cpus;

    public IReadOnlyList<int> Boot { get; } = [journal.Record.Request!.Cpus[0]];

    public IReadOnlyList<int> Secondaries { get; } = [.. journal.Record.Request!.Cpus.Skip(1)];

    public async Task<Answers<CpuAnswer>> PerformAsync(IReadOnlyList<int> cpus, PhaseCommand command)
    {
        var answers = await domain.Ask(cpus, cpu => cpu.Perform(command, CancellationToken.None));
        await CollectAsync(answers.Given);
        return answers;
    }

    /// <summary>A window for everyone who may see the tables.</summary>
    /// <param name="after">What was just done.</param>
    public async Task LookAsync(string after)
    {
        if (windows.Plan.Victims.Length == 0)
            return;
        long epoch = journal.Record.Epoch;
        var window = windows.Window(after);
        await CollectAsync((await domain.Ask(
            [.. findings.Watchers], cpu => cpu.Speculate(epoch, window, CancellationToken.None))).Given);
    }

    /// <summary>A broadcast TLBI; complete on all when the task is.</summary>
    /// <returns>The CPUs on which it did not complete.</returns>
    public Task<IReadOnlyList<int>> BroadcastAsync(TlbiOperation operation) =>
        domain.Broadcast(_all, [operation], journal.Record.Epoch, windows.Next());

    /// <summary>An epoch is given up; whoever waits in it runs again.</summary>
    public Task AbandonAsync(long epoch) => domain.Ask(Secondaries, cpu => cpu.Abandon(epoch, CancellationToken.None));

    /// <summary>No secondary ever runs again.</summary>
    public Task DieAsync() => domain.Ask(Secondaries, cpu => cpu.Die(CancellationToken.None));

    private async Task CollectAsync(IReadOnlyList<CpuAnswer> answers)
    {
        if (findings.Collect(answers))
            await journal.SaveAsync();
    }
}
