using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary><see cref="PartitionCounts"/>, as they travel.</summary>
[GenerateSerializer, Immutable, Alias("mmu.PartitionCounts")]
internal readonly record struct PartitionCountsSurrogate(
    [property: Id(0)] long Ordinal,
    [property: Id(1)] long States,
    [property: Id(2)] long Transitions,
    [property: Id(3)] int Layer,
    [property: Id(4)] int Open,
    [property: Id(5)] int Unexpanded,
    [property: Id(6)] bool IsFull,
    [property: Id(7)] long MemoryBytes,
    [property: Id(8)] ImmutableArray<int> Sent,
    [property: Id(9)] ImmutableArray<FoundState> Found);

/// <summary>A <see cref="FoundState"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.FoundState")]
internal readonly record struct FoundStateSurrogate(
    [property: Id(0)] int Property, [property: Id(1)] int Depth, [property: Id(2)] int Index);

/// <summary>Lets Orleans carry <see cref="PartitionCounts"/>.</summary>
[RegisterConverter]
internal sealed class PartitionCountsConverter : IConverter<PartitionCounts, PartitionCountsSurrogate>
{
    public PartitionCounts ConvertFromSurrogate(in PartitionCountsSurrogate surrogate) => new(
        surrogate.Ordinal, surrogate.States, surrogate.Transitions, surrogate.Layer, surrogate.Open,
        surrogate.Unexpanded, surrogate.IsFull, surrogate.MemoryBytes, surrogate.Sent, surrogate.Found);

    public PartitionCountsSurrogate ConvertToSurrogate(in PartitionCounts value) => new(
        value.Ordinal, value.States, value.Transitions, value.Layer, value.Open, value.Unexpanded, value.IsFull,
        value.MemoryBytes, value.Sent, value.Found);
}

/// <summary>Lets Orleans carry a <see cref="FoundState"/>.</summary>
[RegisterConverter]
internal sealed class FoundStateConverter : IConverter<FoundState, FoundStateSurrogate>
{
    public FoundState ConvertFromSurrogate(in FoundStateSurrogate surrogate) =>
        new(surrogate.Property, surrogate.Depth, surrogate.Index);

    public FoundStateSurrogate ConvertToSurrogate(in FoundState value) =>
        new(value.Property, value.Depth, value.Index);
}
