using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>An <see cref="IntakeShape"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.IntakeShape")]
internal readonly record struct IntakeShapeSurrogate(
    [property: Id(0)] int InstructionSlots, [property: Id(1)] int DataSlots, [property: Id(2)] ulong ImageMask);

/// <summary>Lets Orleans carry an <see cref="IntakeShape"/>.</summary>
[RegisterConverter]
internal sealed class IntakeShapeConverter : IConverter<IntakeShape, IntakeShapeSurrogate>
{
    public IntakeShape ConvertFromSurrogate(in IntakeShapeSurrogate surrogate) =>
        new(surrogate.InstructionSlots, surrogate.DataSlots, surrogate.ImageMask);

    public IntakeShapeSurrogate ConvertToSurrogate(in IntakeShape value) =>
        new(value.InstructionSlots, value.DataSlots, value.ImageMask);
}
