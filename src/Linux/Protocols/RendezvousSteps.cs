namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The boot CPU sets the flag to 1 (it counts itself) and orders that before stop_machine().</summary>
public sealed record RaiseFlag : Step
{
    internal static StepKind Declaration { get; } =
        new("raise-flag", StepPerformers.BootCpu, StepEffects.ChangesFlag | StepEffects.OrdersStores);

    internal static IReadOnlyList<Step> Every => [Instance];

    private RaiseFlag() : base(Declaration, null, "flag = 1; smp_mb")
    {
    }

    public static RaiseFlag Instance { get; } = new();
}

/// <summary>A secondary adds 1 to the flag to say that it cannot see the map any more.</summary>
public sealed record CountIn : Step
{
    internal static StepKind Declaration { get; } =
        new("count-in", StepPerformers.Secondaries, StepEffects.ChangesFlag);

    internal static IReadOnlyList<Step> Every => [Instance];

    private CountIn() : base(Declaration, null, "flag += 1")
    {
    }

    public static CountIn Instance { get; } = new();
}

/// <summary>The boot CPU waits until every secondary has counted in.</summary>
public sealed record AwaitAll : Step
{
    internal static StepKind Declaration { get; } = new("await-all", StepPerformers.BootCpu, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [Instance];

    private AwaitAll() : base(Declaration, null, "wait flag == num_online_cpus")
    {
    }

    public static AwaitAll Instance { get; } = new();
}

/// <summary>The boot CPU releases the secondaries.</summary>
public sealed record ClearFlag : Step
{
    internal static StepKind Declaration { get; } = new("clear-flag", StepPerformers.BootCpu, StepEffects.ChangesFlag);

    internal static IReadOnlyList<Step> Every => [Instance];

    private ClearFlag() : base(Declaration, null, "flag = 0")
    {
    }

    public static ClearFlag Instance { get; } = new();
}

/// <summary>A secondary waits (sevl; wfe; ldxr) until the flag is 0.</summary>
public sealed record AwaitRelease : Step
{
    internal static StepKind Declaration { get; } = new("await-release", StepPerformers.Secondaries, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [Instance];

    private AwaitRelease() : base(Declaration, null, "wfe until flag == 0")
    {
    }

    public static AwaitRelease Instance { get; } = new();
}
