using Orleans.Mmu.Exploration.Partitions;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>A <see cref="JudgeOrder"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.JudgeOrder")]
internal readonly record struct JudgeOrderSurrogate(
    [property: Id(0)] long Steps, [property: Id(1)] int Layer, [property: Id(2)] int From,
    [property: Id(3)] long Epoch);

/// <summary>A <see cref="JudgedLayer"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.JudgedLayer")]
internal readonly record struct JudgedLayerSurrogate(
    [property: Id(0)] int Next, [property: Id(1)] long Ended, [property: Id(2)] int FirstOpen,
    [property: Id(3)] int Depth);

/// <summary>Lets Orleans carry a <see cref="JudgeOrder"/>.</summary>
[RegisterConverter]
internal sealed class JudgeOrderConverter : IConverter<JudgeOrder, JudgeOrderSurrogate>
{
    public JudgeOrder ConvertFromSurrogate(in JudgeOrderSurrogate surrogate) =>
        new(surrogate.Steps, surrogate.Layer, surrogate.From, surrogate.Epoch);

    public JudgeOrderSurrogate ConvertToSurrogate(in JudgeOrder value) =>
        new(value.Steps, value.Layer, value.From, value.Epoch);
}

/// <summary>Lets Orleans carry a <see cref="JudgedLayer"/>.</summary>
[RegisterConverter]
internal sealed class JudgedLayerConverter : IConverter<JudgedLayer, JudgedLayerSurrogate>
{
    public JudgedLayer ConvertFromSurrogate(in JudgedLayerSurrogate surrogate) =>
        new(surrogate.Next, surrogate.Ended, surrogate.FirstOpen, surrogate.Depth);

    public JudgedLayerSurrogate ConvertToSurrogate(in JudgedLayer value) =>
        new(value.Next, value.Ended, value.FirstOpen, value.Depth);
}
