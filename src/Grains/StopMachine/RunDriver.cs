using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// Performs a coordinator's orders over grains: it calls CPUs and the page-table grain, and writes the journal. Every
/// decision is <see cref="RunState"/>'s.
/// </summary>
internal sealed class RunDriver(
    InnerShareableDomain domain, IPageTableGrain tables, RunJournal journal, RetryPolicy retries)
{
    private readonly StopMachineRequest _request = journal.Record.Request!;
    private readonly long _epoch = journal.Record.Epoch;
    private readonly StepSequence _wayBack = journal.Record.Request!.Replay.IsEmpty
        ? KnownProtocols.Of(journal.Record.Request).WayBack : default(ImmutableArray<Step>);
    private readonly List<Sighting> _sighted = [];
    private Task<IReadOnlyList<int>>? _tlbi;

    /// <summary>What the timeline shows of the CPUs' walks so far.</summary>
    public IReadOnlyList<Sighting> Sighted => _sighted;

    /// <exception cref="EpochOverException">A later epoch has taken the run up.</exception>
    public async Task<RunResult> PerformAsync(RunOrder order, RunState state)
    {
        switch (order)
        {
            case RunOrder.Perform perform:
                return await PerformAsync(perform);
            case RunOrder.Look look:
                var seen = await domain.Ask(look.Cpus, c => c.Speculate(_epoch, look.Window, CancellationToken.None));
                return AnswersOf(seen, []);
            case RunOrder.SendTlbi tlbi:
                _tlbi = BroadcastAsync(_tlbi, tlbi);
                break;
            case RunOrder.Split split:
                return await SplitAsync(split);
            case RunOrder.Enter enter:
                await journal.EnterAsync(enter.Phase, enter.Outcome?.ToMachine(), state);
                break;
            case RunOrder.Save:
                await journal.SaveAsync(state);
                break;
            case RunOrder.Confirm confirm:
                return AnswersOf(UnlessStale(
                    await domain.Ask(confirm.Cpus, c => c.Confirm(_epoch, CancellationToken.None))), []);
            case RunOrder.Abandon abandon:
                return AnswersOf(
                    await domain.Ask(abandon.Cpus, c => c.Abandon(abandon.Epoch, CancellationToken.None)), []);
            case RunOrder.Die die:
                await domain.Ask(die.Cpus, c => c.Die(CancellationToken.None));
                break;
            case RunOrder.PlanSpeculation:
                var plan = await retries.AskAsync(
                    () => tables.PlanSpeculation(unchecked((ulong)_request.Seed), CancellationToken.None));
                return new RunResult.Planned(plan.Victims.IsEmpty ? null : plan);
            case RunOrder.ClaimTables:
                return new RunResult.Claimed(
                    await retries.AskAsync(() => tables.Claim(_epoch, CancellationToken.None)));
            default:
                throw new InvalidOperationException($"{order.GetType().Name} is no order that a driver performs");
        }

        return RunResult.Done.Instance;
    }

    private async Task<RunResult> PerformAsync(RunOrder.Perform order)
    {
        ImmutableArray<int> silent = [];
        if (order.AfterTlbi && _tlbi is { } pending)
        {
            silent = [.. await pending];
            _tlbi = null;
            if (!silent.IsEmpty)
                return new RunResult.Answers([], [], silent);
        }

        var command = new PhaseCommand(
            _epoch, order.Sequence, order.Phase, order.Steps, order.Window, _wayBack);
        var answers = await domain.Ask(order.Cpus, c => c.Perform(command, CancellationToken.None));
        return AnswersOf(UnlessStale(answers), silent);
    }

    private Answers<CpuAnswer> UnlessStale(Answers<CpuAnswer> answers) => answers.Given.Any(a => a.Stale)
        ? throw new EpochOverException($"epoch {_epoch} is over: CPUs have heard of a later one") : answers;

    // A TLBI follows the one before it, since a CPU takes one that is overtaken for a repeat; a DSB completes both.
    private async Task<IReadOnlyList<int>> BroadcastAsync(Task<IReadOnlyList<int>>? before, RunOrder.SendTlbi tlbi)
    {
        var silent = before is null ? [] : await before;
        var more = await domain.Broadcast(_request.Cpus, [tlbi.Operation], _epoch, tlbi.Ordinal);
        return [.. silent.Union(more)];
    }

    private async Task<RunResult> SplitAsync(RunOrder.Split order)
    {
        var command = new SplitCommand(_epoch, order.Number, order.Range, order.From, order.Budget)
        {
            Then = [.. order.Then.Select(s => s.Range)],
        };
        var answer = await retries.AskAsync(() => tables.Split(command, CancellationToken.None));
        return ResultOf(answer) with
        {
            Then = answer.Then.IsDefaultOrEmpty ? [] : [.. answer.Then.Select(ResultOf)],
        };
    }

    private static RunResult.Split ResultOf(SplitAnswer answer) => new(answer.Version, answer.Next, answer.Done,
        answer.Blocks, answer.TotalBlocks, answer.OutOfMemory);

    private static CpuFacts FactsOf(CpuAnswer answer) => new(answer.Cpu, answer.Stale,
        answer.State == CpuRunState.Parked, answer.SeesMap, answer.Reborn, !answer.Recorded.IsEmpty, answer.Violations);

    private RunResult.Answers AnswersOf(Answers<CpuAnswer> answers, ImmutableArray<int> silentTlbi)
    {
        foreach (var answer in answers.Given)
        {
            journal.Recorded.AddRange(answer.Recorded);
            _sighted.AddRange(answer.Sighted);
        }

        return new([.. answers.Given.Select(FactsOf)], [.. answers.Silent], silentTlbi);
    }
}
