using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The page of a table is returned to the allocator, and its next owner may write anything to it.</summary>
public sealed record FreeTable : Step
{
    internal static StepKind Declaration { get; } =
        new("free-table", StepPerformers.Any, StepEffects.StoresDescriptors);

    internal static IReadOnlyList<Step> Every => [.. StepOperands.Ranges.Select(Of)];

    private FreeTable(RepaintRange range)
        : base(Declaration, StepOperands.Of(range), $"free the table {RepaintRangeText.Of(range)}") => Range = range;

    public RepaintRange Range { get; }

    public static FreeTable Of(RepaintRange range) => new(range);
}

/// <summary>The allocator's lock. A CPU spins on it with preemption disabled.</summary>
public sealed record AllocatorLock : Step
{
    internal static StepKind Declaration { get; } = new("allocator-lock", StepPerformers.Any, StepEffects.ChangesFlag);

    internal static IReadOnlyList<Step> Every => [Lock, Unlock];

    private AllocatorLock(bool take, string operand)
        : base(Declaration, operand, $"spin_{operand}({Name})") => Take = take;

    /// <summary>The lock's name.</summary>
    public const string Name = "zone->lock";

    public bool Take { get; }

    public static AllocatorLock Lock { get; } = new(true, "lock");

    public static AllocatorLock Unlock { get; } = new(false, "unlock");
}

/// <summary>The stopper thread preempts the code that the CPU runs.</summary>
public sealed record Stopped : Step
{
    internal static StepKind Declaration { get; } = new("stopped", StepPerformers.Secondaries, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [Instance];

    private Stopped() : base(Declaration, null, "stopped where it is")
    {
    }

    public static Stopped Instance { get; } = new();
}
