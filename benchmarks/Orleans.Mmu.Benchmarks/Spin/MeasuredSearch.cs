using Orleans.Mmu.Benchmarks.Processes;

namespace Orleans.Mmu.Benchmarks.Spin;

/// <summary>A search of all states, and what it cost.</summary>
internal sealed record MeasuredSearch(string Name, long States, MeasuredRun Run);
