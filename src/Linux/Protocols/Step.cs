namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// One step of a protocol, as a CPU performs it. The set is closed: each record that derives from this one declares a
/// <see cref="StepKind"/>, and <see cref="StepRegistry"/> finds it there.
/// </summary>
public abstract record Step
{
    private readonly StepEffects? _effects;

    /// <param name="operand">
    /// The step's operand in <see cref="Code"/>; null for a kind of which there is one step.
    /// </param>
    private protected Step(StepKind kind, string? operand, string text) =>
        (Performers, _effects, Code, Text) =
            (kind.Performers, kind.Effects, operand is null ? kind.Code : $"{kind.Code}:{operand}", text);

    /// <summary>The step as an assembler or a kernel engineer would write it. Reports and traces show it.</summary>
    public string Text { get; }

    /// <summary>
    /// The step as messages and saved files carry it: the code of its kind and, after a colon, its operand ("dsb:ish").
    /// A code keeps its meaning when <see cref="Text"/> is reworded.
    /// </summary>
    public string Code { get; }

    /// <summary>The roles that may perform the step.</summary>
    public StepPerformers Performers { get; }

    /// <summary>The effects that the step's kind declares.</summary>
    /// <exception cref="UnknownStepException">The step is a <see cref="ForeignStep"/>.</exception>
    public StepEffects Effects => _effects ?? throw new UnknownStepException(this, nameof(StepEffects));

    /// <summary>
    /// Every step there is; of the steps with a name that a protocol chooses, an example of each form.
    /// </summary>
    public static IReadOnlyList<Step> All => StepRegistry.All;

    /// <summary>Reads back <see cref="Text"/>.</summary>
    public static bool TryParse(string text, out Step? step) => StepRegistry.TryParse(text, out step);

    /// <summary>Reads back <see cref="Code"/>.</summary>
    public static bool TryDecode(string code, out Step? step) => StepRegistry.TryDecode(code, out step);

    /// <summary>Whether a CPU of this role may perform the step.</summary>
    public bool MayBePerformedBy(Role role) =>
        (Performers & (role == Role.BootCpu ? StepPerformers.BootCpu : StepPerformers.Secondaries)) != 0;

    /// <summary>Whether a CPU may perform the step while it handles an interrupt.</summary>
    public bool MayBePerformedInHandler => (Performers & StepPerformers.Handler) != 0;

    /// <summary>Whether the step has at least one of some effects.</summary>
    /// <exception cref="UnknownStepException">The step is a <see cref="ForeignStep"/>.</exception>
    public bool Has(StepEffects any) => (Effects & any) != 0;

    public sealed override string ToString() => Text;
}
