namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// An interpreter of steps met a step that it does not list. The step is new, and the interpreter must be told what it
/// means.
/// </summary>
public sealed class UnknownStepException : InvalidOperationException
{
    /// <param name="interpreter">The type that does not list the step.</param>
    public UnknownStepException(Step step, string interpreter)
        : base($"{interpreter} does not say what the step \"{step.Text}\" ({step.GetType().Name}) means") =>
            Step = step;

    /// <summary>The step that the interpreter does not list.</summary>
    public Step Step { get; }
}
