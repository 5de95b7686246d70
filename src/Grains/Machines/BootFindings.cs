using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// What a boot has found so far, for its report: violations, each with the boot's time at which it was found, the walks
/// that CPUs have told of, and the repaint.
/// </summary>
internal sealed class BootFindings
{
    private readonly List<(Violation Violation, ModelTime At)> _found = [];
    private readonly List<Sighting> _sighted = [];
    // On the boot's clock; the run's own clock begins with the run.
    private ModelTime _repaintBegan;

    /// <summary>The repaint's report; null where the boot has made none.</summary>
    public StopMachineReport? Repaint { get; private set; }

    /// <summary>How many descriptors were made non-global.</summary>
    public long DescriptorsRewritten { get; set; }

    /// <summary>The violations in the order in which they were found.</summary>
    public ImmutableArray<ViolationReport> Violations => [.. _found.Select(f => ViolationReport.Of(f.Violation))];

    /// <summary>The boot's timeline; empty where the repaint has traced no steps.</summary>
    public ImmutableArray<TraceEvent> Timeline => Repaint is { Trace: { IsEmpty: false } steps }
        ? new BootTimeline(steps, _repaintBegan).With(_sighted, _found) : [];

    /// <summary>The repaint has ended, and its report is here.</summary>
    /// <param name="began">When it began, on the boot's clock.</param>
    public void Repainted(StopMachineReport repaint, ModelTime began, ModelTime now)
    {
        (Repaint, _repaintBegan) = (repaint, began);
        _sighted.AddRange(repaint.Sighted);
        Found(repaint.Violations, now);
    }

    /// <summary>CPUs have compared their TLBs with memory.</summary>
    public void Audited(IReadOnlyList<CpuAnswer> answers, ModelTime now)
    {
        _sighted.AddRange(answers.SelectMany(a => a.Sighted));
        Found(answers.SelectMany(a => a.Violations), now);
    }

    public void Found(IEnumerable<Violation> violations, ModelTime now) =>
        _found.AddRange(violations.Select(v => (v, now)));

    /// <summary>CPUs have not answered a broadcast TLBI.</summary>
    public void FoundSilent(IEnumerable<int> cpus, ModelTime now) => Found(
        cpus.Select(cpu => new Violation(
            Property.TlbiTimeout, cpu, null, $"CPU {cpu} did not finish a broadcast TLBI",
            [Property.TlbiTimeout.Sentence])),
        now);

    /// <summary>The kernel panics with a message.</summary>
    public void FoundPanic(string message, ModelTime now) =>
        Found([new(Property.KernelPanic, 0, null, message, [Property.KernelPanic.Sentence])], now);
}
