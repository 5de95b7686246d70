using System.Collections.Immutable;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary><see cref="MissCounts"/>, as they travel.</summary>
[GenerateSerializer, Immutable, Alias("mmu.MissCounts")]
internal readonly record struct MissCountsSurrogate([property: Id(0)] ImmutableArray<long> Numbers);

/// <summary>Lets Orleans carry <see cref="MissCounts"/>.</summary>
[RegisterConverter]
internal sealed class MissCountsConverter : IConverter<MissCounts, MissCountsSurrogate>
{
    /// <exception cref="ArgumentException">The numbers are not those of counts.</exception>
    public MissCounts ConvertFromSurrogate(in MissCountsSurrogate surrogate) =>
        MissCounts.Of(surrogate.Numbers.IsDefault ? [] : surrogate.Numbers);

    public MissCountsSurrogate ConvertToSurrogate(in MissCounts value) => new(value.Numbers);
}
