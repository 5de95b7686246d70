using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Linux.Costs;

/// <summary>
/// The path through a protocol that a machine waits for: the boot CPU's steps one after another, and for a phase of the
/// secondaries, which perform it side by side, the way of the one that gets the flag's cache line last. A run on grains
/// and <c>mmu cost</c> count along the same path.
/// </summary>
/// <param name="Cpus">CPUs that are online, the boot CPU among them.</param>
/// <param name="PageSize">Bytes of a table.</param>
public readonly record struct ProtocolPath(int Cpus, int PageSize)
{
    /// <summary>The boot CPU's path; while secondaries perform a phase, it waits for them.</summary>
    public StepPath Boot { get; init; }

    public OperationCounts Done => Boot.Done;

    private int Others => Cpus - 1;

    /// <summary>The path through a whole protocol.</summary>
    /// <param name="blocks">Blocks that become tables, in all ranges together.</param>
    public static ProtocolPath Of(Protocol protocol, int cpus, int pageSize, long blocks)
    {
        var path = new ProtocolPath(cpus, pageSize).AfterSplit(blocks);
        foreach (var phase in protocol.Phases)
        {
            path = phase.Role == Role.Secondaries ? path.AfterSecondaries(protocol, phase)
                : phase.Steps.Aggregate(path, static (p, step) => p.After(step));
        }

        return path;
    }

    /// <summary>The path after a step of the boot CPU.</summary>
    public ProtocolPath After(Step step) => this with { Boot = Boot.After(step, Others, turn: 0) };

    /// <summary>The path after the boot CPU has replaced blocks by tables.</summary>
    public ProtocolPath AfterSplit(long blocks) => this with { Boot = Boot.AfterSplit(blocks, PageSize) };

    /// <summary>
    /// The path after every secondary has performed a phase. The first such phase begins with stop_machine(), which
    /// interrupts each of them; the last one ends when all have gone on.
    /// </summary>
    public ProtocolPath AfterSecondaries(Protocol protocol, Phase phase)
    {
        var path = SecondaryPath(protocol, phase, Others)[^1];
        bool isLast = ReferenceEquals(phase, protocol.Phases.Last(IsOfSecondaries));
        return this with { Boot = Boot with { Done = path.With(new() { StopHalves = isLast ? 1 : 0 }).Done } };
    }

    /// <summary>The path of one secondary through a phase: before its first step, and after each step.</summary>
    /// <param name="turn">Which of the secondaries gets the flag's cache line, from 1.</param>
    public ImmutableArray<StepPath> SecondaryPath(Protocol protocol, Phase phase, int turn)
    {
        bool isFirst = ReferenceEquals(phase, protocol.Phases.First(IsOfSecondaries));
        var path = new StepPath(Boot.Done)
            .With(isFirst ? new() { StopHalves = 1, Interrupts = Others } : default);
        var all = ImmutableArray.CreateBuilder<StepPath>(phase.Steps.Length + 1);
        all.Add(path);
        foreach (var step in phase.Steps)
            all.Add(path = path.After(step, Others, turn));
        return all.MoveToImmutable();
    }

    private static bool IsOfSecondaries(Phase phase) => phase.Role == Role.Secondaries;
}
