using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>ISB.</summary>
public sealed record Isb : Step
{
    internal static StepKind Declaration { get; } =
        new("isb", StepPerformers.Anywhere, StepEffects.SynchronizesContext);

    internal static IReadOnlyList<Step> Every => [Instance];

    private Isb() : base(Declaration, null, "isb")
    {
    }

    public static Isb Instance { get; } = new();
}

/// <summary>A DSB. DSB NSH orders stores for its own CPU alone, so it does not order them for others.</summary>
public sealed record Dsb : Step
{
    internal static StepKind Declaration { get; } =
        new("dsb", StepPerformers.Anywhere, StepEffects.OrdersStores | StepEffects.CompletesEarlier);

    internal static IReadOnlyList<Step> Every => [Nsh, Ishst, Ish];

    private Dsb(DsbKind barrier, string operand)
        : base(
            barrier.ReachesOtherCpus() ? Declaration : Declaration with { Effects = StepEffects.CompletesEarlier },
            operand, $"dsb {operand}") => Kind = barrier;

    public DsbKind Kind { get; }

    /// <summary>Whether it waits until other CPUs can observe the earlier stores.</summary>
    public bool ReachesOtherCpus => Kind.ReachesOtherCpus();

    public static Dsb Nsh { get; } = new(DsbKind.Nsh, "nsh");

    public static Dsb Ishst { get; } = new(DsbKind.Ishst, "ishst");

    public static Dsb Ish { get; } = new(DsbKind.Ish, "ish");
}

/// <summary>DMB ISHST: orders stores and completes nothing.</summary>
public sealed record Dmb : Step
{
    internal static StepKind Declaration { get; } = new("dmb", StepPerformers.Anywhere, StepEffects.OrdersStores);

    internal static IReadOnlyList<Step> Every => [Ishst];

    private Dmb() : base(Declaration, "ishst", "dmb ishst")
    {
    }

    public static Dmb Ishst { get; } = new();
}
