using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Counterexamples;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Checking.References;

/// <summary>Checks of the reference systems.</summary>
public static class ReferenceCheck
{
    private const string Park = "reference-park";
    private const string Live = "reference-live";

    // With two-step walks and without symmetry, four CPUs have 19 million states.
    private const int MostCpusSearched = 3;

    /// <summary>Their names, with a description.</summary>
    public static ImmutableArray<(string Name, string Summary)> All { get; } =
    [
        (Park, "a small model of parking on the reserved map, with a known number of states"),
        (Live, "the same model, but every CPU stays on the live map"),
    ];

    public static IEnumerable<string> Names => All.Select(a => a.Name);

    /// <summary>
    /// Explores a reference system completely. Only safety is checked, as the known state counts require. For any
    /// number of CPUs there is no proof: some machines are explored, and a property that holds on them stays undecided.
    /// </summary>
    /// <param name="place">Where its states live.</param>
    public static async Task<CheckReport> RunAsync(
        string name, bool twoStep, CheckOptions options, IStateHost place,
        IProgress<ExplorationProgress>? progress, CancellationToken cancellationToken)
    {
        if (!options.AnyCpus)
            return await ExploreAsync(name, twoStep, options, place, progress, cancellationToken);
        for (int cpus = ReferenceOptions.MinCpus; ; cpus++)
        {
            var report = await ExploreAsync(
                name, twoStep, options with { Cpus = cpus }, place, progress, cancellationToken);
            if (report.Verdict == CheckVerdict.Violated)
                return report
                    with
                {
                    Cpus = null,
                    Notes =
                    [
                        .. report.Notes,
                        new("cpus", $"the counterexample is on a machine of {Counted.Of(cpus, "CPU")}"),
                    ],
                };
            if (report.Verdict == CheckVerdict.NotDecided || cpus == MostCpusSearched)
            {
                return report with
                {
                    Cpus = null,
                    Verdict = CheckVerdict.NotDecided,
                    Notes = [
                        .. report.Notes,
                        new("cpus", $"it holds for up to {MostCpusSearched} CPUs, and there is no proof for more")],
                };
            }
        }
    }

    /// <summary>The reference system of that name.</summary>
    internal static ReferenceSystem System(string name, int cpus, bool twoStep, bool symmetry) =>
        new(new(cpus, Parks: name == Park, twoStep, symmetry));

    private static async Task<CheckReport> ExploreAsync(
        string name, bool twoStep, CheckOptions options, IStateHost place,
        IProgress<ExplorationProgress>? progress, CancellationToken cancellationToken)
    {
        var system = System(name, options.Cpus, twoStep, options.Symmetry);
        var settings =
            new ExplorerOptions
            {
                Symmetry = options.Symmetry,
                CheckLiveness = false,
                Progress = progress,
                MemoryLimit = options.MemoryLimit,
                TimeIsOver = options.TimeIsOver,
            };
        var exploration = await place.ExploreAsync<ReferenceState, ReferenceSystem>(
            new(name, options.Cpus, twoStep), system, settings, cancellationToken);
        var finding = exploration.Findings.Count > 0 ? exploration.Findings[0] : null;
        bool complete = exploration.End == ExplorationEnd.Complete;
        return new CheckReport
        {
            Protocol = name,
            Cpus = options.Cpus,
            Verdict = finding is not null ? CheckVerdict.Violated : complete
                ? CheckVerdict.Holds : CheckVerdict.NotDecided,
            Property = finding is null ? null : Property.TlbConflict,
            Symmetry = options.Symmetry,
            States = exploration.States,
            Transitions = exploration.Transitions,
            Seconds = exploration.Elapsed.TotalSeconds,
            MemoryBytes = exploration.MemoryBytes,
            Counterexample = finding is null ? null : Tell(system, options.Cpus, finding),
            Violated = finding is null ? [] : [(Property.TlbConflict, finding.Path.Count - 1)],
            Notes = complete
                ? [] : [CheckNote.Incomplete(exploration.End == ExplorationEnd.TimeLimit, exploration.States)],
        };
    }

    private static Counterexample Tell(ReferenceSystem system, int cpus, Finding<ReferenceState> finding)
    {
        var events = ImmutableArray.CreateBuilder<CounterexampleEvent>();
        foreach (var (label, state) in finding.Path.Skip(1))
        {
            string action = system.Describe(label, state);
            bool speculates = ReferenceSystem.IsSpeculation(label);
            events.Add(
                new(ReferenceSystem.CpuOf(label), speculates ? EventKind.Walk : EventKind.Step, action,
                    speculates ? "R_SQBCS" : "stop_machine", "",
                Lanes(state, cpus))
                {
                    Step = speculates ? null : action,
                });
        }

        var last = finding.Path[^1].State;
        int violator = Enumerable.Range(1, cpus - 1).First(i => last[i].Tlb is var tlb && (tlb & 1) != 0 && tlb != 1);
        string message = $"CPU {violator} holds a block and a page of it";
        events.Add(new(violator, EventKind.Violation, message, Property.TlbConflict.Rule, "", Lanes(last, cpus)));
        return new(Property.TlbConflict, violator, message, [Property.TlbConflict.Sentence], events.ToImmutable());
    }

    private static ImmutableArray<CpuLane> Lanes(in ReferenceState state, int cpus)
    {
        var lanes = ImmutableArray.CreateBuilder<CpuLane>(cpus);
        for (int i = 0; i < cpus; i++)
        {
            var cpu = state[i];
            var tlb = Enumerable.Range(0, 5).Where(e => (cpu.Tlb >> e & 1) != 0)
                .Select(e => e == 0 ? "block" : string.Create(CultureInfo.InvariantCulture, $"page {e - 1}"));
            lanes.Add(
                new(i, $"pc {cpu.Counter}", "kernel", cpu.SeesMap ? "live map" : "reserved map", [.. tlb],
                    cpu.HasTlbi ? ["tlbi, broadcast"] : []));
        }

        return lanes.MoveToImmutable();
    }
}
