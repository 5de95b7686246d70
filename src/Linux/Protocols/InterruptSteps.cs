namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// A CPU makes an interrupt pending at every other CPU, as a software-generated interrupt (SGI) does. A CPU at which it
/// is pending already takes one interrupt. The step orders no memory: gic_ipi_send_mask() has a DSB ISHST before it.
/// </summary>
public sealed record SendIpi : Step
{
    internal static StepKind Declaration { get; } = new("send-ipi", StepPerformers.Any, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [Instance];

    private SendIpi() : base(Declaration, null, "send ipi")
    {
    }

    public static SendIpi Instance { get; } = new();
}

/// <summary>
/// PSTATE.I is set or cleared: while it is 1, the CPU takes no interrupt (local_irq_disable, local_irq_enable). It is
/// in effect with the next instruction.
/// </summary>
public sealed record MaskInterrupts : Step
{
    internal static StepKind Declaration { get; } = new("irqs", StepPerformers.Any, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [On, Off];

    private MaskInterrupts(bool isOn)
        : base(Declaration, isOn ? "mask" : "unmask", $"msr daif{(isOn ? "set" : "clr")}, #2") => IsOn = isOn;

    /// <summary>Whether interrupts are masked after the step.</summary>
    public bool IsOn { get; }

    public static MaskInterrupts On { get; } = new(isOn: true);

    public static MaskInterrupts Off { get; } = new(isOn: false);
}
