using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="Violation"/>, as it travels: its property by name, rule and sentence.</summary>
[GenerateSerializer, Immutable, Alias("mmu.Violation")]
public readonly record struct ViolationSurrogate(
    [property: Id(0)] string Name,
    [property: Id(1)] string Rule,
    [property: Id(2)] string Sentence,
    [property: Id(3)] int? Cpu,
    [property: Id(4)] VirtualAddress? Address,
    [property: Id(5)] string Message,
    [property: Id(6)] ImmutableArray<string> Explanation);

/// <summary>
/// Lets Orleans carry a <see cref="Violation"/>. A property of another version of this program keeps its words.
/// </summary>
[RegisterConverter]
public sealed class ViolationConverter : IConverter<Violation, ViolationSurrogate>
{
    public Violation ConvertFromSurrogate(in ViolationSurrogate surrogate) => new(
        new(surrogate.Name, surrogate.Rule, surrogate.Sentence), surrogate.Cpu, surrogate.Address, surrogate.Message,
        surrogate.Explanation);

    public ViolationSurrogate ConvertToSurrogate(in Violation value) => new(value.Property.Name, value.Property.Rule,
        value.Property.Sentence, value.Cpu, value.Address, value.Message, value.Explanation);
}
