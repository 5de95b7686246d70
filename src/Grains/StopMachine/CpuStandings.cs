using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// Where the CPUs stand in a run, from what its coordinator has written down and nothing else. So no CPU needs to write
/// what it does in a dance: one that has lost its memory is what the run says it must be.
/// </summary>
internal sealed class CpuStandings
{
    private readonly HashSet<int> _waiting;
    private readonly ImmutableArray<string> _wayIn;
    private readonly ImmutableArray<string> _wayBack;
    private readonly long _epoch;
    private readonly long _heldFrom;
    private readonly RunPhase _phase;

    public CpuStandings(RunRecord record)
    {
        (_epoch, _heldFrom, _phase) = (record.Epoch, record.HeldFrom, record.Phase);
        var phases = record.Request is { } request && request.Replay.IsEmpty
            ? RepaintProtocols.Find(request.Protocol)!.Phases : [];
        var secondaries = phases.Where(p => p.Role == Role.Secondaries).ToList();
        var parks = secondaries.Find(p => p.Steps.Contains(CountIn.Instance));
        _waiting = parks is null ? [] : [.. record.Request!.Cpus.Skip(1)];
        _wayIn = parks?.Steps.ToTexts() ?? [];
        _wayBack = secondaries.LastOrDefault()?.Steps.ToTexts() ?? [];
    }

    public CpuStanding Of(int cpu) => new(_epoch, _phase, _waiting.Contains(cpu), _wayIn, _wayBack);

    /// <summary>Whether a CPU that was parked in an epoch reads the flag as zero.</summary>
    public bool IsReleased(long epoch) =>
        epoch < _heldFrom || _phase is RunPhase.Released or RunPhase.Abandoned or RunPhase.Idle;
}
