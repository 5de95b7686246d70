using System.Collections.Immutable;
using Orleans.Mmu.Costs.AddressSpaces;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>A <see cref="TracedMapping"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.TracedMapping")]
internal readonly record struct TracedMappingSurrogate(
    [property: Id(0)] string? Name,
    [property: Id(1)] LinearPageSizes? Linear,
    [property: Id(2)] int ScatterPercent,
    [property: Id(3)] int UserLog2);

/// <summary><see cref="LinearPageSizes"/>, as they travel.</summary>
[GenerateSerializer, Immutable, Alias("mmu.LinearPageSizes")]
internal readonly record struct LinearPageSizesSurrogate(
    [property: Id(0)] int Uniform, [property: Id(1)] int PageLog2, [property: Id(2)] ImmutableArray<SizeRun> Runs);

/// <summary>A <see cref="SizeRun"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.SizeRun")]
internal readonly record struct SizeRunSurrogate(
    [property: Id(0)] ulong Start, [property: Id(1)] ulong Pages, [property: Id(2)] byte Log2);

/// <summary>Lets Orleans carry a <see cref="TracedMapping"/>.</summary>
[RegisterConverter]
internal sealed class TracedMappingConverter : IConverter<TracedMapping, TracedMappingSurrogate>
{
    /// <exception cref="ArgumentException">The name or the sizes are missing.</exception>
    public TracedMapping ConvertFromSurrogate(in TracedMappingSurrogate surrogate) =>
        surrogate is { Name: { } name, Linear: { } linear }
            ? new(name, linear, surrogate.ScatterPercent, surrogate.UserLog2)
            : throw new ArgumentException("expected a mapping with a name and sizes, found less");

    public TracedMappingSurrogate ConvertToSurrogate(in TracedMapping value) =>
        new(value.Name, value.Linear, value.ScatterPercent, value.UserLog2);
}

/// <summary>
/// Lets Orleans carry <see cref="LinearPageSizes"/>. A message holds them once, however many mappings share them.
/// </summary>
[RegisterConverter]
internal sealed class LinearPageSizesConverter : IConverter<LinearPageSizes, LinearPageSizesSurrogate>
{
    /// <exception cref="ArgumentException">The one size is no size of a leaf.</exception>
    public LinearPageSizes ConvertFromSurrogate(in LinearPageSizesSurrogate surrogate) =>
        surrogate.Uniform != 0 ? LinearPageSizes.Of(surrogate.Uniform)
            : LinearPageSizes.Of(surrogate.PageLog2, surrogate.Runs.IsDefault ? [] : surrogate.Runs);

    public LinearPageSizesSurrogate ConvertToSurrogate(in LinearPageSizes value) =>
        new(value.Uniform, value.PageLog2, value.Runs);
}

/// <summary>Lets Orleans carry a <see cref="SizeRun"/>.</summary>
[RegisterConverter]
internal sealed class SizeRunConverter : IConverter<SizeRun, SizeRunSurrogate>
{
    public SizeRun ConvertFromSurrogate(in SizeRunSurrogate surrogate) =>
        new(surrogate.Start, surrogate.Pages, surrogate.Log2);

    public SizeRunSurrogate ConvertToSurrogate(in SizeRun value) => new(value.Start, value.Pages, value.Log2);
}
