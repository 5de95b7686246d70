using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// Protocols that differ in when the repaint's tables are allocated. The boot CPU allocates while every other CPU is
/// stopped, so it must not take a lock that a stopped CPU holds.
/// </summary>
public static class AllocatorProtocols
{
    private static readonly Protocol Merged = RepaintProtocols.IdmapReserved;

    private static readonly ImmutableArray<Step> Allocation = [AllocatorLock.Lock, AllocatorLock.Unlock];

    /// <summary>
    /// The boot CPU allocates after the rendezvous, and a CPU may be stopped anywhere, even while it holds the lock.
    /// </summary>
    public static Protocol InsideLock { get; } = Merged with
    {
        Name = "allocator-lock",
        Summary = "idmap-reserved that allocates, while CPU 1 may have been stopped inside the allocator's lock",
        Origin = "Catalin Marinas' objection; withdrawn, since stop_machine() stops no CPU there",
        Phases = Allocating(),
    };

    /// <summary>As above, but the stopper thread runs only where preemption is allowed.</summary>
    public static Protocol OutsideLock { get; } = InsideLock with
    {
        Name = "allocator-rendezvous",
        Summary = "idmap-reserved that allocates; stop_machine() waits until CPU 1 has left the allocator's lock",
        Origin = "Ryan Roberts; merged: GFP_ATOMIC inside stop_machine()",
    };

    /// <summary>The boot CPU allocates every table before it stops the other CPUs.</summary>
    public static Protocol Preallocated { get; } = Merged with
    {
        Name = "allocator-preallocated",
        Summary = "idmap-reserved with tables allocated when the map was made, while CPU 1 may have been stopped "
            + "inside the lock",
        Origin = "Yang Shi, Ryan Roberts; not needed in the end",
    };

    /// <summary>CPU 1 is stopped between lock and unlock.</summary>
    public static Protocol Holder { get; } = Merged with
    {
        Name = "stopped-inside",
        Phases =
        [
            new("work", Role.Secondaries, [AllocatorLock.Lock, Stopped.Instance]),
            .. Merged.Phases,
            new("work goes on", Role.Secondaries, [AllocatorLock.Unlock]),
        ],
    };

    /// <summary>CPU 1 is stopped once it has unlocked.</summary>
    public static Protocol PoliteHolder { get; } = Merged with
    {
        Name = "stopped-outside",
        Phases = [new("work", Role.Secondaries, [AllocatorLock.Lock, AllocatorLock.Unlock, Stopped.Instance]),
            .. Merged.Phases],
    };

    private static ImmutableArray<Phase> Allocating() =>
        [.. Merged.Phases.Select(p => p.Role == Role.BootCpu && p.Steps.Contains(AwaitAll.Instance)
            ? p with { Steps = p.Steps.InsertRange(p.Steps.IndexOf(AwaitAll.Instance) + 1, Allocation) } : p)];
}
