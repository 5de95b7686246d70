using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>What a run has found so far; violations and recording are what its coordinator writes down next.</summary>
/// <param name="isWhole">The run begins at its beginning, when everyone sees the map; later the boot CPU does.</param>
internal sealed class RunFindings(RunJournal journal, bool isWhole)
{
    public List<ViolationReport> Violations => journal.Violations;

    public List<RecordedEvent> Recorded => journal.Recorded;

    public List<TraceEvent> Trace { get; } = [];

    /// <summary>How far it is.</summary>
    public BootProgress Progress { get; set; } = BootProgress.Waiting;

    /// <summary>
    /// Who could walk the map when it was last heard of; whoever cannot, gains nothing from a window.
    /// </summary>
    public SortedSet<int> Watchers { get; } =
        [.. journal.Record.Request!.Cpus.Take(isWhole ? journal.Record.Request.Cpus.Length : 1)];

    /// <summary>CPUs that have lost their memory meanwhile.</summary>
    public SortedSet<int> Reborn { get; } = [];

    /// <summary>An event that happened to no CPU in particular, or that the coordinator performs for one.</summary>
    public void Record(bool wanted, RunEvent happened)
    {
        if (wanted)
            Recorded.Add(RecordedEvent.Of(happened));
    }

    /// <returns>Whether there is something that must be written down.</returns>
    public bool Collect(IReadOnlyList<CpuAnswer> answers)
    {
        int before = Violations.Count + Recorded.Count;
        foreach (var answer in answers)
        {
            // An answer that an earlier activation had already comes again.
            Violations.AddRange(answer.Violations.Where(v =>
                !Violations.Exists(known => (known.Rule, known.Cpu, known.Message) == (v.Rule, v.Cpu, v.Message))));
            Trace.AddRange(answer.Trace);
            Recorded.AddRange(answer.Recorded);
            if (answer.Reborn)
                Reborn.Add(answer.Cpu);
            if (answer.Stale)
                continue;
            if (answer.SeesMap)
                Watchers.Add(answer.Cpu);
            else
                Watchers.Remove(answer.Cpu);
        }

        return Violations.Count + Recorded.Count > before;
    }

    public void Report(Property property, IReadOnlyList<int> cpus, string message)
    {
        if (cpus.Count == 0)
            Violations.Add(new(property.Name, null, null, message, [property.Sentence]));
        foreach (int cpu in cpus)
            Violations.Add(new(property.Name, cpu, null, $"CPU {cpu} {message}", [property.Sentence]));
    }
}
