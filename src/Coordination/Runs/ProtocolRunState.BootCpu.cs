using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>The boot CPU's side: its steps in order, each followed by a window.</summary>
public sealed partial record ProtocolRunState
{
    private RunState OrderTurn(Phase phase)
    {
        var step = phase.Steps[Cursor.Step];
        var action = RunActions.Of(step);
        return action switch
        {
            RunAction.RaiseFlag => (Did(step, phase) with { Flag = Flag.Raise() }).OrderLook(step.Text),
            RunAction.AwaitAll => Flag.IsFull ? Did(step, phase).OrderLook(step.Text)
                : Did(step, phase).FailRendezvous(),
            // A secondary that has seen the release is ordered after the splits, which end in a DSB each.
            RunAction.ClearFlag => Released(Did(step, phase)).OrderLook(step.Text),
            RunAction.Broadcast => OrderTlbi((Tlbi)step, phase),
            RunAction.Split => OrderPart((SplitToPages)step),
            RunAction.AskCpu or RunAction.Order or RunAction.Complete => OrderSteps(phase, Turn(phase.Steps), action),
            _ => throw new UnknownStepException(step, nameof(ProtocolRunState)),
        };
    }

    private static RunState Released(ProtocolRunState state) =>
        (state with { Flag = state.Flag.Clear(), Phase = RunPhase.Released, Windows = state.Windows.Order() })
            .Order(new RunOrder.Enter(RunPhase.Released, null));

    // A step that the coordinator performs for CPU 0.
    private ProtocolRunState Did(Step step, Phase phase)
    {
        var path = Path.After(step);
        return this with
        {
            Cursor = Cursor with { Step = Cursor.Step + 1 },
            Path = path,
            Moments = Moments.Add(new(Setup.BootCpu, step.Text, phase.Name, Path.Done, path.Done,
                new(Setup.BootCpu, RunEventKind.Step, step.Text, default, []))),
        };
    }

    // One step; where no CPU looks in between, CPU 0 performs all that is its own in one go. A DSB begins anew, because
    // it determines what is ordered.
    private ImmutableArray<Step> Turn(ImmutableArray<Step> steps)
    {
        int end = Cursor.Step + 1;
        while (Setup.Quiet && end < steps.Length && RunActions.Of(steps[end]) == RunAction.AskCpu)
            end++;
        return steps[Cursor.Step..end];
    }

    private RunState OrderSteps(Phase phase, ImmutableArray<Step> steps, RunAction action)
    {
        var windows = action == RunAction.AskCpu ? Windows : Windows.Order();
        windows = windows.OpenCommand(
            $"{phase.Name} began", Windows.Plan, Elapsed, out var window, out int sequence);
        bool isAfterTlbi = action == RunAction.Complete && HasTlbi;
        return (this with { Windows = windows, HasTlbi = HasTlbi && !isAfterTlbi }).Order(
            new RunOrder.Perform([Setup.BootCpu], sequence, phase.Name, steps, window, isAfterTlbi));
    }

    private RunState TookTurn(RunOrder.Perform order, RunResult.Answers answers)
    {
        if (!answers.Silent.IsEmpty)
        {
            return Report(Property.RendezvousTimeout, answers.Silent, $"did not perform \"{order.Steps[0]}\"")
                .Fail(RunOutcome.RendezvousTimeout);
        }

        var state = this with { Cursor = Cursor with { Step = Cursor.Step + order.Steps.Length } };
        foreach (var step in order.Steps)
        {
            var path = state.Path.After(step);
            state = state with
            {
                Path = path,
                Moments = state.Moments.Add(
                    new(Setup.BootCpu, step.Text, order.Phase, state.Path.Done, path.Done, null)),
            };
        }

        return state.OrderLook(order.Steps[0].Text);
    }

    private RunState OrderTlbi(Tlbi step, Phase phase)
    {
        var windows = Windows.Number(out long ordinal);
        return (Did(step, phase) with { Windows = windows, HasTlbi = true })
            .Order(new RunOrder.SendTlbi(step.Operation, ordinal)).OrderLook(step.Text);
    }

    // Many descriptor stores; after each part the others get to look. One block alone comes first: that is where a race
    // begins.
    private RunState OrderPart(SplitToPages step)
    {
        // A protocol that releases the secondaries before it splits stays in the later phase: who takes the run up must
        // not park them again.
        if (Phase is not (RunPhase.Changing or RunPhase.Released))
            return (this with { Phase = RunPhase.Changing }).Order(new RunOrder.Enter(RunPhase.Changing, null));
        long budget = Setup.Quiet ? long.MaxValue
            : Part.Number == 0 ? 1 : Math.Max(1, Setup.ExpectedBlocks / Math.Max(1, Setup.WindowsPerRange));
        return OrderSplit(step, Part.From, budget, Setup.Quiet ? SplitsBehind(Current!.Steps) : []);
    }

    // Where no CPU looks in between, the tables' writer splits one range after another in one call.
    private ImmutableArray<SplitToPages> SplitsBehind(ImmutableArray<Step> steps) =>
        [.. steps.Skip(Cursor.Step + 1).TakeWhile(s => s is SplitToPages).Cast<SplitToPages>()];

    private RunState TookParts(RunOrder.Split order, RunResult.Split result)
    {
        var state = TookPart(order.Step, result);
        foreach (var (step, part) in order.Then.Zip(result.Then))
            state = ((ProtocolRunState)state).TookPart(step, part);
        return state;
    }

    private RunState TookPart(SplitToPages step, RunResult.Split part)
    {
        string phase = Current!.Name;
        string text = $"{step} ({Counted.Of(part.Blocks, "block")})";
        // TotalBlocks includes blocks that an earlier epoch split after its last record; their time counts here.
        var path = Path.AfterSplit(part.TotalBlocks - Blocks);
        if (part.IsDone)
            path = path.After(step);
        var state = this with
        {
            Path = path,
            Blocks = part.TotalBlocks,
            Windows = Windows.Changed(part.Version, step.Text),
            // A block of 1G is split, and so is each of its blocks of 2M, which alone were expected.
            Progress = new(
                $"{Setup.Protocol.Name}: {phase}", part.TotalBlocks, Math.Max(part.TotalBlocks, Setup.ExpectedBlocks)),
            Part = part.IsDone ? default : (part.Next, Part.Number + 1),
            Cursor = part.IsDone ? Cursor with { Step = Cursor.Step + 1 } : Cursor,
            Moments = Moments.Add(new(Setup.BootCpu, text, phase, Path.Done, path.Done,
                new(Setup.BootCpu, RunEventKind.Published, step.Text, part.Next, []))),
        };
        if (part.OutOfMemory)
        {
            return state
                .Report(Property.KernelPanic, [], "Kernel panic - not syncing: Failed to split linear map")
                .Fail(RunOutcome.Panic);
        }

        // A range that an earlier epoch has split is nothing new to see.
        return part.Blocks > 0 || (part.IsDone && Setup.IsWhole) ? state.OrderLook(step.Text) : state;
    }
}
