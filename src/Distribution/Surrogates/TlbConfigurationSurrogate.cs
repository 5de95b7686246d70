using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Distribution.Surrogates;

/// <summary>A <see cref="TlbConfiguration"/>, as it travels.</summary>
[GenerateSerializer, Immutable, Alias("mmu.TlbConfiguration")]
internal readonly record struct TlbConfigurationSurrogate(
    [property: Id(0)] TlbHierarchy? Tlbs,
    [property: Id(1)] TracedMapping? Mapping,
    [property: Id(2)] DescriptorCaches? Descriptors);

/// <summary><see cref="DescriptorCaches"/>, as they travel.</summary>
[GenerateSerializer, Immutable, Alias("mmu.DescriptorCaches")]
internal readonly record struct DescriptorCachesSurrogate(
    [property: Id(0)] int SecondLevelLines, [property: Id(1)] int LastLevelLines);

/// <summary>Lets Orleans carry a <see cref="TlbConfiguration"/>.</summary>
[RegisterConverter]
internal sealed class TlbConfigurationConverter : IConverter<TlbConfiguration, TlbConfigurationSurrogate>
{
    /// <exception cref="ArgumentException">The TLBs or the mapping are missing.</exception>
    public TlbConfiguration ConvertFromSurrogate(in TlbConfigurationSurrogate surrogate) =>
        surrogate is { Tlbs: { } tlbs, Mapping: { } mapping } ? new(tlbs, mapping, surrogate.Descriptors)
            : throw new ArgumentException("expected a configuration with TLBs and a mapping, found less");

    public TlbConfigurationSurrogate ConvertToSurrogate(in TlbConfiguration value) =>
        new(value.Tlbs, value.Mapping, value.Descriptors);
}

/// <summary>Lets Orleans carry <see cref="DescriptorCaches"/>.</summary>
[RegisterConverter]
internal sealed class DescriptorCachesConverter : IConverter<DescriptorCaches, DescriptorCachesSurrogate>
{
    public DescriptorCaches ConvertFromSurrogate(in DescriptorCachesSurrogate surrogate) =>
        new(surrogate.SecondLevelLines, surrogate.LastLevelLines);

    public DescriptorCachesSurrogate ConvertToSurrogate(in DescriptorCaches value) =>
        new(value.SecondLevelLines, value.LastLevelLines);
}
