using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>A <see cref="TlbGeometry"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.TlbGeometry")]
internal readonly record struct TlbGeometrySurrogate([property: Id(0)] int Entries, [property: Id(1)] int Ways);

/// <summary><see cref="EntrySizes"/>, as they travel.</summary>
[GenerateSerializer, Immutable, Alias("mmu.EntrySizes")]
internal readonly record struct EntrySizesSurrogate([property: Id(0)] ulong Bits);

/// <summary>Lets Orleans carry a <see cref="TlbGeometry"/>.</summary>
[RegisterConverter]
internal sealed class TlbGeometryConverter : IConverter<TlbGeometry, TlbGeometrySurrogate>
{
    /// <exception cref="ArgumentException">No TLB has that shape.</exception>
    public TlbGeometry ConvertFromSurrogate(in TlbGeometrySurrogate surrogate) =>
        TlbGeometry.Create(surrogate.Entries, surrogate.Ways);

    public TlbGeometrySurrogate ConvertToSurrogate(in TlbGeometry value) => new(value.Entries, value.Ways);
}

/// <summary>Lets Orleans carry <see cref="EntrySizes"/>.</summary>
[RegisterConverter]
internal sealed class EntrySizesConverter : IConverter<EntrySizes, EntrySizesSurrogate>
{
    public EntrySizes ConvertFromSurrogate(in EntrySizesSurrogate surrogate) => new(surrogate.Bits);

    public EntrySizesSurrogate ConvertToSurrogate(in EntrySizes value) => new(value.Bits);
}
