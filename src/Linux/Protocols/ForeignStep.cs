namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// A step that another version of this program has sent by a code which this one does not know. No interpreter lists
/// it, so that each refuses it by an <see cref="UnknownStepException"/>; <see cref="Step.All"/> does not have it.
/// </summary>
public sealed record ForeignStep : Step
{
    /// <param name="code">The code as it was sent.</param>
    public ForeignStep(string code)
        : base(new StepKind(code, StepPerformers.Any, Effects: null), operand: null, $"step of code \"{code}\"")
    {
    }
}
