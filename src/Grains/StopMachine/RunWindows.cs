using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// What a run tells its CPUs: numbered commands and windows, each with the tables that may be seen then.
/// </summary>
internal sealed class RunWindows(StopMachineRequest request, long epoch, Protocol protocol)
{
    private readonly List<KeyValuePair<long, string>> _changes = [];
    private readonly ImmutableArray<string> _wayBack =
        (protocol.Phases.LastOrDefault(p => p.Role == Role.Secondaries)?.Steps ?? []).ToTexts();
    private long _ordered = request.Version;
    private long _ordinal;
    private int _sequence;

    /// <summary>The tables as they are.</summary>
    public long CurrentVersion { get; private set; } = request.Version;

    /// <summary>Where the adversary looks; without victims nobody does.</summary>
    public PlanMessage Plan { get; set; } = new(0, [], -1);

    /// <summary>A step has stored to the tables: until the next barrier both are seen.</summary>
    public void Changed(long version, Step step)
    {
        CurrentVersion = version;
        _changes.Add(new(version, step.Text));
    }

    /// <summary>A barrier: what is older than the tables as they are is seen no more.</summary>
    public void Order() => _ordered = CurrentVersion;

    /// <summary>From here on no walk finds what is older than this version.</summary>
    public void BeginAt(long version) => _ordered = CurrentVersion = version;

    /// <summary>A number for a TLBI, later than every window before it.</summary>
    public long Next() => ++_ordinal;

    public WindowMessage Window(string after) => new(Next(), after, _ordered, CurrentVersion, Plan)
    {
        Changes = [.. _changes],
        Record = request.Record,
    };

    public PhaseCommand Command(Phase phase, ImmutableArray<Step> steps) =>
        new(epoch, ++_sequence, phase.Name, steps.ToTexts(), Window($"{phase.Name} began"), _wayBack, request.Trace);
}
