using System.Collections.Immutable;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>
/// A <see cref="StepSequence"/>, as it travels: by codes, which keep their meaning when a step is reworded.
/// </summary>
[GenerateSerializer, Immutable, Alias("mmu.StepSequence")]
public readonly record struct StepSequenceSurrogate([property: Id(0)] ImmutableArray<string> Codes);

/// <summary>Lets Orleans carry a <see cref="StepSequence"/>.</summary>
[RegisterConverter]
public sealed class StepSequenceConverter : IConverter<StepSequence, StepSequenceSurrogate>
{
    public StepSequence ConvertFromSurrogate(in StepSequenceSurrogate surrogate) =>
        StepSequence.Decode(surrogate.Codes);

    public StepSequenceSurrogate ConvertToSurrogate(in StepSequence value) => new(value.Codes);
}
