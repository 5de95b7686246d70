namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>One event of a counterexample that grains are to perform.</summary>
/// <param name="Step">The step of a CPU's program; null for a walk, or for a store.</param>
/// <param name="Split">The range whose block is replaced by its table, by number; null otherwise.</param>
/// <param name="Walk">The address that the CPU walks; null otherwise.</param>
/// <param name="Text">The event in words, for traces.</param>
[GenerateSerializer, Immutable, Alias("mmu.ReplayEvent")]
public sealed record ReplayEvent(
    [property: Id(0)] int Cpu,
    [property: Id(1)] string? Step,
    [property: Id(2)] int? Split,
    [property: Id(3)] ulong? Walk,
    [property: Id(4)] string Text);
