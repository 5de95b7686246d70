using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>
/// The secondaries' side: all of them are asked for a phase at once, and those that park are counted by their answers.
/// </summary>
public sealed partial record ProtocolRunState
{
    private RunState OrderSecondaries(Phase phase)
    {
        var windows = Windows.OpenCommand(
            $"{phase.Name} began", Windows.Plan, Elapsed, out var window, out int sequence);
        var state = this with
        {
            Windows = windows,
            Progress = new($"{Setup.Protocol.Name}: {phase.Name}", 0, Setup.Secondaries.Length),
        };
        return state.Order(
            new RunOrder.Perform(Setup.Secondaries, sequence, phase.Name, phase.Steps, window, AfterTlbi: false));
    }

    private RunState TookSecondaries(RunOrder.Perform order, RunResult.Answers answers)
    {
        bool isAgain = order.Phase != Current!.Name;
        var state = Performed(isAgain ? Setup.Protocol.Parks! : Current, answers);
        if (order.Steps.Contains(CountIn.Instance))
        {
            ImmutableArray<int> parked =
                [.. answers.Given.Where(a => a is { IsStale: false, IsParked: true }).Select(a => a.Cpu).Order()];
            state = state with { Flag = Flag.CountIn(parked.Length), CountedIn = parked };
        }

        string what = $"did not answer \"{order.Phase}\" of epoch {Setup.Epoch}";
        if (!answers.Silent.IsEmpty)
        {
            return Flag.IsClear
                ? state.Report(Property.ReleaseTimeout, answers.Silent, what)
                    with
                { Outcome = RunOutcome.ReleaseTimeout }
                : state.Report(Property.RendezvousTimeout, answers.Silent, what).Fail(RunOutcome.RendezvousTimeout);
        }

        if (isAgain && !state.Flag.IsFull)
            return state.FailRendezvous();
        if (!isAgain)
            state = state with { Cursor = new(Cursor.Phase + 1, 0) };
        return state.OrderLook($"{order.Phase} by the secondaries");
    }

    // CPUs that performed a phase side by side: each has its own way through it, and CPU 0 waits for the longest.
    private ProtocolRunState Performed(Phase phase, RunResult.Answers answers)
    {
        var moments = Moments.ToBuilder();
        if (Setup.IsTraced)
        {
            foreach (var cpu in answers.Given.Where(a => !a.IsStale))
            {
                var path = Path.SecondaryPath(Setup.Protocol, phase, Setup.Cpus.IndexOf(cpu.Cpu));
                moments.AddRange(phase.Steps.Select((step, i) =>
                    new RunMoment(cpu.Cpu, step.Text, phase.Name, path[i].Done, path[i + 1].Done, null)));
            }
        }

        return this with
        {
            Path = Path.AfterSecondaries(Setup.Protocol, phase),
            Moments = moments.ToImmutable(),
        };
    }

    // A count that is short is a CPU that did not park.
    private RunState FailRendezvous() =>
        Report(Property.RendezvousTimeout, [], $"{Flag.Count} of {Setup.Cpus.Length} CPUs have counted in")
            .Fail(RunOutcome.RendezvousTimeout);
}
