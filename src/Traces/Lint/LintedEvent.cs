using System.Globalization;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// An event of a trace: its place in the trace, by which events are compared, and the ID that messages name.
/// </summary>
/// <param name="At">The number of the event, from 1. IDs may repeat and need not ascend.</param>
/// <param name="Id">The ID that the trace gives it.</param>
internal readonly record struct LintedEvent(long At, ulong Id)
{
    /// <summary>The ID.</summary>
    public override string ToString() => Id.ToString(CultureInfo.InvariantCulture);
}
