using System.Collections.Immutable;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Replay;

/// <summary>What grains can perform of a counterexample that was found in this process.</summary>
public static class CounterexampleReplay
{
    // Properties whose violations grains detect by themselves while they perform the events.
    internal static readonly ImmutableArray<string> Shown =
    [
        Property.TlbConflict.Name, Property.ConflictAbortPossible.Name, Property.FaultWhileParked.Name,
        Property.UnexpectedFault.Name,
    ];

    /// <summary>
    /// The script of a check's counterexample; null where grains cannot perform it, or there is none.
    /// </summary>
    /// <param name="report">The report of a built-in protocol.</param>
    public static ReplayScript? Of(CheckReport report)
    {
        if (report.Counterexample is not { Cpu: { } violating } counterexample || !report.IsOnToyMachine
            || RepaintProtocols.Find(report.Protocol) is null || !Shown.Contains(counterexample.Property.Name))
            return null;
        var toy = ToyMachine.Of(report.Levels);
        if (!toy.Description.Cpus[0].KernelTrusts(toy.Description.Rules)
            || counterexample.Events.Any(e => !CanPerform(e)))
            return null;
        ImmutableArray<ReplayAction> actions = [.. counterexample.Events.Select(Action).OfType<ReplayAction>()];
        return actions.IsEmpty ? null
            : new(report.Protocol, toy.Text, counterexample.Property.Name, violating, actions);
    }

    /// <summary>The range whose table a store links; null for a store that links none.</summary>
    internal static RepaintRange? LinkedBy(string? word)
    {
        foreach (var range in Enum.GetValues<RepaintRange>())
        {
            if (word == new WatchedWord(range, -1).ToString())
                return range;
        }

        return null;
    }

    // The walks of grains begin at a root.
    private static bool CanPerform(CounterexampleEvent happened) => happened.Kind switch
    {
        EventKind.Step => happened.StepCode is { } code && Step.TryDecode(code, out _),
        EventKind.Walk => !happened.FromCache && happened.Address is not null,
        EventKind.Store or EventKind.Violation => true,
        EventKind.Interrupt or EventKind.Share => false,
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.Kind, "no such kind"),
    };

    // Stores to the flag, and stores that fill a table not yet linked, need no action of their own.
    private static ReplayAction? Action(CounterexampleEvent happened) => happened switch
    {
        { Kind: EventKind.Step, StepCode: { } code } when Step.TryDecode(code, out var step) =>
            new(happened.Cpu, step, null, null, happened.Action),
        { Kind: EventKind.Walk, Address: { } address } =>
            new(happened.Cpu, null, null, address, happened.Action),
        { Kind: EventKind.Store } when LinkedBy(happened.Store?.Word) is { } range =>
            new(happened.Cpu, null, range, null, happened.Action),
        _ => null,
    };
}
