using Orleans.Placement;

namespace Orleans.Mmu.Grains.Placement;

/// <summary>
/// A grain that belongs to a machine. A run is fan-outs to all CPUs of one machine, and a call inside a silo takes a
/// twentieth of one between silos. Machines do not call each other, so the cluster spreads machines, not grains.
/// </summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("mmu.MachinePlacement")]
public sealed class MachinePlacement : PlacementStrategy
{
    internal static MachinePlacement Instance { get; } = new();
}

/// <summary>Places a grain class by <see cref="MachinePlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class MachinePlacementAttribute() : PlacementAttribute(MachinePlacement.Instance);
