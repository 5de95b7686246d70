namespace Orleans.Mmu.Viewer.Live;

/// <summary>An exploration as a row of a list.</summary>
/// <param name="System">The protocol or the reference system.</param>
/// <param name="Cpus">The CPUs of its machine; 0 for any number of them.</param>
/// <param name="State">How far it is, or its verdict: "exploring", "violated: tlb-conflict".</param>
/// <param name="States">The states that are known so far.</param>
public sealed record ExplorationRow(string System, int Cpus, DateTimeOffset Began, string State, long States);
