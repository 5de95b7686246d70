namespace Orleans.Mmu.Viewer.Traces;

/// <summary>A line of a trace.</summary>
/// <param name="Number">From 1.</param>
public readonly record struct TraceLine(long Number, string Text);
