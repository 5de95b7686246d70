using System.Collections.Immutable;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// The boot CPU's side of a run, step after step, with a window for the adversary after each. It decides nothing about
/// tables or TLBs: those are the page-table grain's and the CPUs'.
/// </summary>
internal sealed class BootCpuSteps(
    Protocol protocol, RunJournal journal, RunCpus cpus, RunWindows windows, RunFlag flag, RunFindings findings,
    IPageTableGrain tables, RunStart start,
    MmuOptions options, TimeProvider time)
{
    private readonly StopMachineRequest _request = journal.Record.Request!;
    private readonly RetryPolicy _retries = options.Retries(time);
    private Task<IReadOnlyList<int>>? _tlbi;
    private int _splits;

    /// <summary>The block descriptors that this run, all its activations, has replaced by tables.</summary>
    public long Blocks { get; private set; }

    /// <param name="first">The step of the phase to begin with.</param>
    public async Task<MachineOutcome> Perform(Phase phase, int first)
    {
        foreach (var steps in Turns(phase.Steps[first..]))
        {
            long began = time.GetUtcNow().Ticks;
            var action = RunActions.Of(steps[0]);
            var outcome = action switch
            {
                RunAction.Split => await Split((SplitToPages)steps[0], phase),
                RunAction.AwaitAll => AwaitRendezvous(steps[0]),
                RunAction.Complete => await CompleteTlbi(steps, phase),
                _ => await Local(action, steps, phase),
            };
            if (_request.Trace && steps[0] is not SplitToPages)
                findings.Trace.AddRange(TraceEvents.Of(0, steps, phase.Name, began, time.GetUtcNow().Ticks));
            if (outcome != MachineOutcome.Online)
                return outcome;
            if (steps[0] is not SplitToPages)
                await cpus.LookAsync(steps[0].Text);
        }

        return MachineOutcome.Online;
    }

    // One step each; where nobody looks in between, CPU 0 performs what is its own in one go. A DSB begins anew, since
    // it
    // says what is ordered.
    private IEnumerable<ImmutableArray<Step>> Turns(ImmutableArray<Step> steps)
    {
        for (int i = 0, end; i < steps.Length; i = end)
        {
            end = i + 1;
            while (_request.Quiet && IsItsOwn(steps[i]) && end < steps.Length && IsItsOwn(steps[end])
                && steps[end] is not Dsb)
                end++;
            yield return steps[i..end];
        }
    }

    private static bool IsItsOwn(Step step) =>
        RunActions.Of(step) is RunAction.AskCpu or RunAction.Order or RunAction.Complete;

    private MachineOutcome AwaitRendezvous(Step step)
    {
        Record(step);
        // Every secondary has answered, and an answer is a count: a count that is short is a CPU that did not park.
        if (flag.IsFull)
            return MachineOutcome.Online;
        findings.Report(Property.RendezvousTimeout, [], $"{flag.Count} of {_request.Cpus.Length} CPUs have counted in");
        return MachineOutcome.RendezvousTimeout;
    }

    // Many descriptor stores; after each part the others get to look.
    private async Task<MachineOutcome> Split(SplitToPages step, Phase phase)
    {
        if (journal.Record.Phase != RunPhase.Changing)
            await journal.EnterAsync(RunPhase.Changing);
        ulong next = 0;
        for (int part = 0; ; part++)
        {
            long began = time.GetUtcNow().Ticks;
            // One block alone first: that is where a race begins.
            long budget = _request.Quiet ? long.MaxValue
                : part == 0 ? 1 : Math.Max(1, _request.ExpectedBlocks / Math.Max(1, options.WindowsPerRange));
            var command = new SplitCommand(journal.Record.Epoch, ++_splits, (int)step.Range, next, budget);
            var answer = await _retries.AskAsync(() => tables.Split(command, CancellationToken.None));
            if (answer.Stale)
                throw new OvertakenException($"epoch {command.Epoch} is over: another activation has taken the run up");
            (next, Blocks) = (answer.Next, answer.TotalBlocks);
            windows.Changed(answer.Version, step);
            findings.Record(_request.Record, new(0, RunEventKind.Published, step.Text, new(answer.Next), []));
            findings.Progress = new($"{protocol.Name}: {phase.Name}", Blocks, _request.ExpectedBlocks);
            if (_request.Trace)
                findings.Trace.Add(new(0, $"{step} ({answer.Blocks} block{(answer.Blocks == 1 ? "" : "s")})",
                    phase.Name, began, Math.Max(1, time.GetUtcNow().Ticks - began)));
            if (answer.OutOfMemory)
            {
                findings.Report(Property.KernelPanic, [], "Kernel panic - not syncing: Failed to split linear map");
                return MachineOutcome.Panic;
            }

            // A range that an earlier activation has split is nothing new to see.
            if (answer.Blocks > 0 || (answer.Done && start.IsWhole))
                await cpus.LookAsync(step.Text);
            if (answer.Done)
                return MachineOutcome.Online;
        }
    }

    // A DSB completes after every TLBI before it: what CPU 0 holds after it is what they have left.
    private async Task<MachineOutcome> CompleteTlbi(ImmutableArray<Step> steps, Phase phase)
    {
        var silent = _tlbi is { } pending ? await pending : [];
        _tlbi = null;
        if (silent.Count == 0)
            return await Local(RunAction.Complete, steps, phase);
        findings.Report(Property.TlbiTimeout, silent, "did not finish a broadcast TLBI");
        return MachineOutcome.TlbiTimeout;
    }

    private async Task<MachineOutcome> Local(RunAction action, ImmutableArray<Step> steps, Phase phase)
    {
        switch (action)
        {
            case RunAction.RaiseFlag:
                Record(steps[0]);
                flag.Raise();
                return MachineOutcome.Online;
            case RunAction.ClearFlag:
                Record(steps[0]);
                flag.Clear();
                await journal.EnterAsync(RunPhase.Released);
                return MachineOutcome.Online;
            case RunAction.Broadcast:
                Record(steps[0]);
                // Not awaited: a TLBI is complete at the issuer's DSB and not before.
                _tlbi = cpus.BroadcastAsync(((Tlbi)steps[0]).Operation);
                return MachineOutcome.Online;
            case RunAction.Order or RunAction.Complete:
                windows.Order();
                break;
            case RunAction.AskCpu:
                break;
            default:
                throw new InvalidOperationException($"{action} is not for the boot CPU alone");
        }

        // Its trace is written here, where the time that a DSB waits for others is known.
        var answers = await cpus.PerformAsync(cpus.Boot, windows.Command(phase, steps) with { Trace = false });
        if (answers.Silent.Count == 0)
            return MachineOutcome.Online;
        findings.Report(Property.RendezvousTimeout, answers.Silent, $"did not perform \"{steps[0]}\"");
        return MachineOutcome.RendezvousTimeout;
    }

    // A step that the coordinator performs for CPU 0.
    private void Record(Step step) =>
        findings.Record(_request.Record, new(0, RunEventKind.Step, step.Text, default, []));
}
