using Orleans.Mmu.Exploration.Partitions;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>A <see cref="StoredState"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.StoredState")]
internal readonly record struct StoredStateSurrogate([property: Id(0)] byte[] Bytes, [property: Id(1)] uint Origin);

/// <summary>Lets Orleans carry a <see cref="StoredState"/>.</summary>
[RegisterConverter]
internal sealed class StoredStateConverter : IConverter<StoredState, StoredStateSurrogate>
{
    public StoredState ConvertFromSurrogate(in StoredStateSurrogate surrogate) =>
        new(surrogate.Bytes, surrogate.Origin);

    public StoredStateSurrogate ConvertToSurrogate(in StoredState value) => new(value.Bytes, value.Origin);
}
