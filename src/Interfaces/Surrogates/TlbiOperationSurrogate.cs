using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="TlbiOperation"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.TlbiOperation")]
public readonly record struct TlbiOperationSurrogate(
    [property: Id(0)] TlbiScope Scope,
    [property: Id(1)] bool Broadcast,
    [property: Id(2)] VirtualAddress Address,
    [property: Id(3)] ulong Length,
    [property: Id(4)] ushort Asid);

/// <summary>Lets Orleans carry a <see cref="TlbiOperation"/>.</summary>
[RegisterConverter]
public sealed class TlbiOperationConverter : IConverter<TlbiOperation, TlbiOperationSurrogate>
{
    public TlbiOperation ConvertFromSurrogate(in TlbiOperationSurrogate surrogate) => new(
        surrogate.Scope, surrogate.Broadcast, surrogate.Address, surrogate.Length, surrogate.Asid);

    public TlbiOperationSurrogate ConvertToSurrogate(in TlbiOperation value) =>
        new(value.Scope, value.Broadcast, value.Address, value.Length, value.Asid);
}
