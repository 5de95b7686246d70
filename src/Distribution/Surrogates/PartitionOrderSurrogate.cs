using System.Collections.Immutable;
using Orleans.Mmu.Exploration.Partitions;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>A <see cref="PartitionOrder"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.PartitionOrder")]
internal readonly record struct PartitionOrderSurrogate(
    [property: Id(0)] long Ordinal, [property: Id(1)] bool OpensLayer, [property: Id(2)] ImmutableArray<int> Expected,
    [property: Id(3)] long Epoch, [property: Id(4)] int Receivers);

/// <summary>Lets Orleans carry a <see cref="PartitionOrder"/>.</summary>
[RegisterConverter]
internal sealed class PartitionOrderConverter : IConverter<PartitionOrder, PartitionOrderSurrogate>
{
    public PartitionOrder ConvertFromSurrogate(in PartitionOrderSurrogate surrogate) => new(
        surrogate.Ordinal, surrogate.OpensLayer, surrogate.Expected.IsDefault ? [] : surrogate.Expected,
        surrogate.Epoch, surrogate.Receivers);

    public PartitionOrderSurrogate ConvertToSurrogate(in PartitionOrder value) =>
        new(value.Ordinal, value.OpensLayer, value.Expected, value.Epoch, value.Receivers);
}
