using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="Sighting"/>, as it travels: its time in picoseconds.</summary>
[GenerateSerializer, Immutable, Alias("mmu.Sighting")]
public readonly record struct SightingSurrogate(
    [property: Id(0)] int Cpu,
    [property: Id(1)] long Began,
    [property: Id(2)] int Step,
    [property: Id(3)] string? Walk,
    [property: Id(4)] string? Violated);

/// <summary>Lets Orleans carry a <see cref="Sighting"/>.</summary>
[RegisterConverter]
public sealed class SightingConverter : IConverter<Sighting, SightingSurrogate>
{
    public Sighting ConvertFromSurrogate(in SightingSurrogate surrogate) =>
        new(surrogate.Cpu, new(surrogate.Began), surrogate.Step, surrogate.Walk, surrogate.Violated);

    public SightingSurrogate ConvertToSurrogate(in Sighting value) =>
        new(value.Cpu, value.Began.Picoseconds, value.Step, value.Walk, value.Violated);
}
