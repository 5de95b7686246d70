namespace Orleans.Mmu.Traces.Lint;

/// <summary>The violations of one rule that one place in the kernel makes.</summary>
/// <param name="Reason">What is wrong, without addresses.</param>
/// <param name="Where">
/// The function, or what the trace says in src; null where the trace does not say where its events come from.
/// </param>
/// <param name="Count">The number of violations.</param>
/// <param name="First">The first of them.</param>
public sealed record LintGroup(string Reason, string? Where, long Count, LintViolation First)
{
    /// <summary>The line of the first.</summary>
    public long Line => First.Line;

    /// <summary>How a CPU fails by the first; null where that was not asked for.</summary>
    public LintWitness? Witness { get; init; }
}
