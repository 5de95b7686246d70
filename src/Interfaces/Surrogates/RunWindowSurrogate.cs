using System.Collections.Immutable;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Speculation.Adversary;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="RunWindow"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.RunWindow")]
public readonly record struct RunWindowSurrogate(
    [property: Id(0)] long Ordinal,
    [property: Id(1)] string After,
    [property: Id(2)] long OrderedVersion,
    [property: Id(3)] long CurrentVersion,
    [property: Id(4)] ImmutableArray<KeyValuePair<long, string>> Changes,
    [property: Id(5)] SpeculationPlan? Plan,
    [property: Id(6)] bool IsRecorded,
    [property: Id(7)] long Began,
    [property: Id(8)] bool IsTraced);

/// <summary>Lets Orleans carry a <see cref="RunWindow"/>.</summary>
[RegisterConverter]
public sealed class RunWindowConverter : IConverter<RunWindow, RunWindowSurrogate>
{
    public RunWindow ConvertFromSurrogate(in RunWindowSurrogate surrogate) => new(surrogate.Ordinal, surrogate.After,
        surrogate.OrderedVersion, surrogate.CurrentVersion,
        [.. surrogate.Changes.Select(c => new PublishingStep(c.Key, c.Value))], surrogate.Plan, surrogate.IsRecorded)
    {
        Began = new(surrogate.Began),
        IsTraced = surrogate.IsTraced,
    };

    public RunWindowSurrogate ConvertToSurrogate(in RunWindow value) => new(value.Ordinal, value.After,
        value.OrderedVersion, value.CurrentVersion,
        [.. value.Changes.Select(c => KeyValuePair.Create(c.Version, c.Step))], value.Plan, value.IsRecorded,
        value.Began.Picoseconds, value.IsTraced);
}
