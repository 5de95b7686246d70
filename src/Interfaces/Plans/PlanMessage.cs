using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Interfaces.Plans;

/// <summary>The adversary's plan, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.PlanMessage")]
public sealed record PlanMessage(
    [property: Id(0)] ulong Seed,
    [property: Id(1)] ImmutableArray<ulong> Victims,
    [property: Id(2)] int Hunter)
{
    [NonSerialized]
    private SpeculationPlan? _read;

    /// <summary>The plan as a value, read once for all CPUs of a silo; null where nobody looks at anything.</summary>
    public SpeculationPlan? Read() =>
        Victims.IsEmpty ? null : _read ??= new(Seed, [.. Victims.Select(v => new VirtualAddress(v))], Hunter);
}
