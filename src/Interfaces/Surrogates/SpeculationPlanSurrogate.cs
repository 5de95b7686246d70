using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="SpeculationPlan"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.SpeculationPlan")]
public readonly record struct SpeculationPlanSurrogate(
    [property: Id(0)] ulong Seed,
    [property: Id(1)] ImmutableArray<VirtualAddress> Victims,
    [property: Id(2)] int Hunter);

/// <summary>Lets Orleans carry a <see cref="SpeculationPlan"/>.</summary>
[RegisterConverter]
public sealed class SpeculationPlanConverter : IConverter<SpeculationPlan, SpeculationPlanSurrogate>
{
    public SpeculationPlan ConvertFromSurrogate(in SpeculationPlanSurrogate surrogate) =>
        new(surrogate.Seed, surrogate.Victims, surrogate.Hunter);

    public SpeculationPlanSurrogate ConvertToSurrogate(in SpeculationPlan value) =>
        new(value.Seed, value.Victims, value.Hunter);
}
