using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Checking.Places;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>An <see cref="ExploredSystem"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.ExploredSystem")]
internal readonly record struct ExploredSystemSurrogate(
    [property: Id(0)] string Name,
    [property: Id(1)] int Cpus,
    [property: Id(2)] bool TwoStep,
    [property: Id(3)] bool Cnp,
    [property: Id(4)] ImmutableArray<BbmLevel> Levels)
{
    /// <summary>The protocol's file; a silo of an earlier version refuses the name that comes with it.</summary>
    [Id(5)]
    public string? Text { get; init; }

    /// <summary>Whether every CPU has erratum 4118414.</summary>
    [Id(6)]
    public bool RepeatsTlbi { get; init; }
}

/// <summary>Lets Orleans carry an <see cref="ExploredSystem"/>.</summary>
[RegisterConverter]
internal sealed class ExploredSystemConverter : IConverter<ExploredSystem, ExploredSystemSurrogate>
{
    public ExploredSystem ConvertFromSurrogate(in ExploredSystemSurrogate surrogate) =>
        new(surrogate.Name, surrogate.Cpus, surrogate.TwoStep, surrogate.Cnp, surrogate.Levels)
        {
            Text = surrogate.Text,
            RepeatsTlbi = surrogate.RepeatsTlbi,
        };

    public ExploredSystemSurrogate ConvertToSurrogate(in ExploredSystem value) =>
        new(value.Name, value.Cpus, value.TwoStep, value.Cnp, value.Levels)
        {
            Text = value.Text,
            RepeatsTlbi = value.RepeatsTlbi,
        };
}
