using System.Collections.Immutable;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Speculation.Recording;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>What a CPU answers. An answer also has what went wrong between the last question and this one.</summary>
internal sealed class CpuAnswers(int id)
{
    private readonly List<Violation> _unasked = [];

    /// <summary>The CPU has lost its memory since its last answer; the next answer says so.</summary>
    public bool IsReborn { get; set; }

    public void Unasked(IReadOnlyList<Violation> violations) => _unasked.AddRange(violations);

    public CpuAnswer Of(SpeculatingCpu cpu, long epoch, IReadOnlyList<Violation> violations) =>
        Answer(cpu, epoch, stale: false, violations);

    /// <summary>The question came late; what is recorded waits for the next.</summary>
    public CpuAnswer Stale(SpeculatingCpu cpu, long epoch) => Answer(cpu, epoch, stale: true, []);

    private CpuAnswer Answer(SpeculatingCpu cpu, long epoch, bool stale, IReadOnlyList<Violation> violations)
    {
        bool reborn = IsReborn;
        ImmutableArray<Violation> found = _unasked.Count + violations.Count == 0 ? []
            : [.. _unasked, .. violations];
        IsReborn = false;
        _unasked.Clear();
        return new(id, epoch, stale, cpu.Cpu.State, cpu.Cpu.SeesMap, found)
        {
            Recorded = stale ? [] : Recorded(cpu),
            Sighted = stale ? [] : cpu.Sighted?.Take() ?? [],
            Reborn = reborn,
        };
    }

    private static ImmutableArray<RunEvent> Recorded(SpeculatingCpu cpu)
    {
        if (cpu.Recording is not { Count: > 0 } recording)
            return [];
        ImmutableArray<RunEvent> events = [.. recording];
        recording.Clear();
        return events;
    }
}
