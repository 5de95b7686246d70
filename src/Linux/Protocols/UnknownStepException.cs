namespace Orleans.Mmu.Linux.Protocols;

/// <summary>An interpreter of steps met a step that it does not handle. Add the step to the interpreter.</summary>
public sealed class UnknownStepException : InvalidOperationException
{
    /// <param name="interpreter">The type that does not handle the step.</param>
    public UnknownStepException(Step step, string interpreter)
        : base($"{interpreter} does not say what the step \"{step.Text}\" ({step.GetType().Name}) means") =>
            Step = step;

    /// <summary>The step that the interpreter does not handle.</summary>
    public Step Step { get; }
}
