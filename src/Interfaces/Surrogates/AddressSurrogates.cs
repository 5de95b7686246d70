using Orleans.Mmu.Arm.Addresses;

namespace Orleans.Mmu.Interfaces.Surrogates;

/// <summary>A <see cref="VirtualAddress"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.VirtualAddress")]
public readonly record struct VirtualAddressSurrogate([property: Id(0)] ulong Value);

/// <summary>Lets Orleans carry a <see cref="VirtualAddress"/>.</summary>
[RegisterConverter]
public sealed class VirtualAddressConverter : IConverter<VirtualAddress, VirtualAddressSurrogate>
{
    public VirtualAddress ConvertFromSurrogate(in VirtualAddressSurrogate surrogate) => new(surrogate.Value);

    public VirtualAddressSurrogate ConvertToSurrogate(in VirtualAddress value) => new(value.Value);
}

/// <summary>A <see cref="PhysicalAddress"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.PhysicalAddress")]
public readonly record struct PhysicalAddressSurrogate([property: Id(0)] ulong Value);

/// <summary>Lets Orleans carry a <see cref="PhysicalAddress"/>.</summary>
[RegisterConverter]
public sealed class PhysicalAddressConverter : IConverter<PhysicalAddress, PhysicalAddressSurrogate>
{
    public PhysicalAddress ConvertFromSurrogate(in PhysicalAddressSurrogate surrogate) => new(surrogate.Value);

    public PhysicalAddressSurrogate ConvertToSurrogate(in PhysicalAddress value) => new(value.Value);
}
