namespace Orleans.Mmu.Linux.Protocols;

/// <summary>Branch to code that runs at its physical address, without a stack.</summary>
public sealed record EnterIdmap : Step
{
    internal static StepKind Declaration { get; } = new("enter-idmap", StepPerformers.Anywhere, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [Instance];

    private EnterIdmap() : base(Declaration, null, "br wait_linear_map_split_to_ptes")
    {
    }

    public static EnterIdmap Instance { get; } = new();
}

/// <summary>Return to kernel text.</summary>
public sealed record LeaveIdmap : Step
{
    internal static StepKind Declaration { get; } = new("leave-idmap", StepPerformers.Anywhere, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [Instance];

    private LeaveIdmap() : base(Declaration, null, "ret")
    {
    }

    public static LeaveIdmap Instance { get; } = new();
}

/// <summary>An explicit access to the CPU's stack, which lies in the linear map.</summary>
public sealed record TouchStack : Step
{
    internal static StepKind Declaration { get; } =
        new("touch-stack", StepPerformers.Anywhere, StepEffects.AccessesStack);

    internal static IReadOnlyList<Step> Every => [Instance];

    private TouchStack() : base(Declaration, null, "ldr x0, [sp]")
    {
    }

    public static TouchStack Instance { get; } = new();
}
