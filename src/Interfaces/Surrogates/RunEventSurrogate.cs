using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="RunEvent"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.RunEvent")]
public readonly record struct RunEventSurrogate(
    [property: Id(0)] int Cpu,
    [property: Id(1)] RunEventKind Kind,
    [property: Id(2)] string Text,
    [property: Id(3)] VirtualAddress Reached,
    [property: Id(4)] ImmutableArray<TlbEntry> Tlb);

/// <summary>Lets Orleans carry a <see cref="RunEvent"/>.</summary>
[RegisterConverter]
public sealed class RunEventConverter : IConverter<RunEvent, RunEventSurrogate>
{
    public RunEvent ConvertFromSurrogate(in RunEventSurrogate surrogate) =>
        new(surrogate.Cpu, surrogate.Kind, surrogate.Text, surrogate.Reached, surrogate.Tlb);

    public RunEventSurrogate ConvertToSurrogate(in RunEvent value) =>
        new(value.Cpu, value.Kind, value.Text, value.Reached, value.Tlb);
}
