using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Speculation.Recording;

/// <summary>
/// A moment on a CPU under the adversary that the timeline of its run shows beside the CPU's steps: a walk that found
/// what a later walk found changed, the walk that found the change, or the moment at which a property was violated.
/// </summary>
/// <param name="Began">Model time since the run began: when the window was opened or the command given.</param>
/// <param name="Step">Steps of the command that the CPU had performed by then; 0 in a window of no command.</param>
/// <param name="Walk">The walk in words; null where the moment is no walk, or one that has been sighted.</param>
/// <param name="Violated">The name of the property that was violated at this moment; null for none.</param>
public sealed record Sighting(int Cpu, ModelTime Began, int Step, string? Walk, string? Violated);
