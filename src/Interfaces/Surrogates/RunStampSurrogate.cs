using Orleans.Mmu.Coordination.Journals;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="RunStamp"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.RunStamp")]
public readonly record struct RunStampSurrogate(
    [property: Id(0)] Guid Writer, [property: Id(1)] long Epoch, [property: Id(2)] long Sequence);

/// <summary>Lets Orleans carry a <see cref="RunStamp"/>.</summary>
[RegisterConverter]
public sealed class RunStampConverter : IConverter<RunStamp, RunStampSurrogate>
{
    public RunStamp ConvertFromSurrogate(in RunStampSurrogate surrogate) =>
        new(surrogate.Writer, surrogate.Epoch, surrogate.Sequence);

    public RunStampSurrogate ConvertToSurrogate(in RunStamp value) => new(value.Writer, value.Epoch, value.Sequence);
}
