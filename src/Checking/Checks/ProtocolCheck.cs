using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Counterexamples;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.Checks;

/// <summary>Checks a protocol, or a mutant of one, on a machine of N CPUs or of any number.</summary>
public sealed class ProtocolCheck(CheckedProtocol protocol, CheckOptions options, CancellationToken cancellationToken)
{
    /// <summary>The largest machine that is explored if the proof for any number of CPUs fails.</summary>
    public const int MostCpusSearched = 5;

    public IProgress<ExplorationProgress>? Progress { get; init; }

    /// <summary>Checks the protocol itself, in this process.</summary>
    public CheckReport Run() => Run(protocol.Script, options.Levels);

    /// <summary>Checks a mutant of the protocol.</summary>
    public CheckReport Run(Mutant mutant) => Run(mutant.Script, mutant.Levels ?? options.Levels);

    /// <summary>Checks the protocol itself, with its states in the given place.</summary>
    public Task<CheckReport> RunAsync(IStateHost place) => RunAsync(protocol.Script, options.Levels, place);

    // The report of what the checker's machine cannot hold.
    private CheckReport Undecided(string limit) => new()
    {
        Protocol = protocol.Name,
        ProtocolFile = protocol.Text,
        Cpus = options.AnyCpus ? null : options.Cpus,
        Verdict = CheckVerdict.NotDecided,
        Symmetry = options.Symmetry,
        States = 0,
        Levels = options.Levels ?? protocol.Levels,
        IsOnToyMachine = true,
        RepeatsTlbi = options.RepeatsTlbi,
        Notes = [new("limit", limit)],
    };

    // In this process an exploration completes before it returns, so this does not block.
    private CheckReport Run(ProtocolScript script, ImmutableArray<BbmLevel>? given) =>
        RunAsync(script, given, InProcessStateHost.Instance).GetAwaiter().GetResult();

    private async Task<CheckReport> RunAsync(
        ProtocolScript script, ImmutableArray<BbmLevel>? given, IStateHost place)
    {
        var levels = given ?? protocol.Levels;
        try
        {
            var model = protocol.Model(script, options with { Levels = levels });
            return options.AnyCpus
                ? await new AnyCpusCheck(model, options, cpus => ExploreAsync(model, cpus, levels, place))
                    .RunAsync(levels, cancellationToken)
                : await ExploreAsync(model, options.Cpus, levels, place);
        }
        catch (ModelLimitException e)
        {
            return Undecided(e.Message);
        }
    }

    private async Task<CheckReport> ExploreAsync(
        MachineModel model, int cpus, ImmutableArray<BbmLevel> levels, IStateHost place)
    {
        var system = new MachineSystem(model, cpus, levels);
        var name = new ExploredSystem(protocol.Name, cpus, Cnp: options.Cnp, Levels: levels)
        {
            Text = protocol.Text,
            RepeatsTlbi = options.RepeatsTlbi,
        };
        var exploration = await place.ExploreAsync<Bits256, MachineSystem>(name, system, Settings(), cancellationToken);
        var found = exploration.Findings.Select(f => (Finding: f, Property: MachineProperties.Of(f.Property))).ToList();
        var counted = found.Where(f => options.Strict || f.Property != Property.StaleEntry)
            .OrderBy(f => f.Finding.Path.Count).ThenBy(f => MachineProperties.Rank(f.Finding.Property)).ToList();
        var counterexample = counted.Count > 0
            ? CounterexampleBuilder.Of(system, counted[0].Finding.Path, counted[0].Property) : null;
        bool complete = exploration.End == ExplorationEnd.Complete;
        return new CheckReport
        {
            Protocol = protocol.Name,
            ProtocolFile = protocol.Text,
            Cpus = cpus,
            Verdict = counted.Count > 0 ? CheckVerdict.Violated : complete
                ? CheckVerdict.Holds : CheckVerdict.NotDecided,
            Property = counterexample?.Property,
            Symmetry = options.Symmetry,
            States = exploration.States,
            Transitions = exploration.Transitions,
            Seconds = exploration.Elapsed.TotalSeconds,
            MemoryBytes = exploration.MemoryBytes,
            Levels = [.. Enumerable.Range(0, cpus).Select(i => levels[Math.Min(i, levels.Length - 1)])],
            IsOnToyMachine = true,
            RepeatsTlbi = options.RepeatsTlbi,
            Counterexample = counterexample,
            Violated = [.. counted.Select(f => (f.Property, f.Finding.Path.Count - 1))],
            Notes =
            [
                .. complete
                    ? []
                    : new[] { CheckNote.Incomplete(exploration.End == ExplorationEnd.TimeLimit, exploration.States) },
                .. model.MayFaultByNt ? new[] { CheckNote.MayFaultByNt } : [],
                .. options.Strict
                    ? [] : found.Where(f => f.Property == Property.StaleEntry).Select(f => NoteOf(system, f.Finding)),
            ],
        };
    }

    private static CheckNote NoteOf(MachineSystem system, Finding<Bits256> finding) =>
        new(Property.StaleEntry.Name, CounterexampleBuilder.Of(system, finding.Path, Property.StaleEntry).Message);

    private ExplorerOptions Settings()
    {
        var settings =
            new ExplorerOptions
            {
                Symmetry = options.Symmetry,
                Progress = Progress,
                MemoryLimit = options.MemoryLimit,
                TimeIsOver = options.TimeIsOver,
            };
        return options.Workers is { } workers ? settings with { Workers = workers } : settings;
    }
}
